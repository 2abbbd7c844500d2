// A whole number as a person writes it after an option.
import { InputError } from '../fleet/errors.ts';

export function wholeNumber(option: string, text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new InputError('not-a-number', {
    found: `${option} ${text}`,
    why: 'A whole number of at most eight digits is expected',
    remedy: `Give for example ${option} 1`,
  });
}
