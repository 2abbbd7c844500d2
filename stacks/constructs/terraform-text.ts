// Text that Terraform must give back exactly: its own `${` and quotes escaped, references to other resources left references.
import { Token } from 'cdktf';
import type { IResolvable, IResolveContext } from 'cdktf';

/** Plain text as a Terraform template that yields it verbatim. */
export function literalTemplate(text: string): string {
  if (/\$\$\{|%%\{/.test(text))
    throw new Error('text with $${ or %%{ has no unambiguous spelling in Terraform');
  return text.replaceAll(/[$%](?=\{)/g, (sigil) => sigil + sigil);
}

/** What a template yields, where Terraform puts nothing into it; null where there are references. */
export function textOf(template: string): string | null {
  if (/(?<!\$)\$\{|(?<!%)%\{/.test(template)) return null;
  return template.replaceAll(/([$%])\1(?=\{)/g, '$1');
}

/**
 * A template that may also be an argument, as in `Fn.base64encode(template)`: cdktf 0.21 escapes neither quotes nor backslashes
 * there (`TFExpression.escapeString`), which would end the string at the first quote of a script.
 */
export const quotableTemplate = (template: string): string =>
  Token.asString(
    new Template(template, (text, isArgument) => (isArgument ? quotedTemplate(text) : text)),
  );

/** What the template yields, in base64; Terraform computes it, once it knows the references. */
export const base64Template = (template: string): string =>
  Token.asString(
    new Template(template, (text, isArgument) => {
      const call = `base64encode(${quotedTemplate(text)})`;
      return isArgument ? call : `\${${call}}`;
    }),
  );

class Template implements IResolvable {
  readonly creationStack: string[] = [];
  private readonly template: string;
  private readonly spelling: (text: string, isArgument: boolean) => string;

  constructor(template: string, spelling: Template['spelling']) {
    this.template = template;
    this.spelling = spelling;
  }

  resolve(context: IResolveContext): string {
    const { suppressBraces = false, ignoreEscapes = false, warnEscapes = false } = context;
    Object.assign(context, { suppressBraces: false, ignoreEscapes: false, warnEscapes: false });
    const text = this.spelling(String(context.resolve(this.template)), suppressBraces);
    Object.assign(context, { suppressBraces, ignoreEscapes, warnEscapes });
    // What a token resolves to is resolved once more, which would take our `$${` for an expression; this comes after that.
    context.registerPostProcessor({ postProcess: () => text });
    return '';
  }

  toString(): string {
    return Token.asString(this);
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** Inside quotes, only what stands outside `${...}` is escaped: an expression is written the same everywhere. */
function quotedTemplate(template: string): string {
  let quoted = '';
  let i = 0;
  while (i < template.length) {
    const start = i;
    i = endOfPart(template, i);
    const part = template.slice(start, i);
    quoted += escapes[part] ?? part;
  }
  return `"${quoted}"`;
}

/** Behind the part of a template that begins at `start`: an escaped `$${`, a whole `${...}`, or one character. */
function endOfPart(template: string, start: number): number {
  const opening = /^(\$\$\{|%%\{|[$%]\{)/.exec(template.slice(start, start + 3))?.[0];
  return opening?.length === 2
    ? endOfExpression(template, start + 2)
    : start + (opening?.length ?? 1);
}

/** Behind the `}` that closes what opened before `start`; strings in between may hold braces. */
function endOfExpression(template: string, start: number): number {
  let depth = 1;
  let i = start;
  while (i < template.length) {
    const character = template.charAt(i++);
    if (character === '"') i = endOfString(template, i);
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i;
  }
  throw new Error(`an expression is never closed: ${template.slice(start - 2, start + 40)}`);
}

/** Behind the quote that closes the string whose content begins at `start`. */
function endOfString(template: string, start: number): number {
  let i = start;
  while (i < template.length) {
    const character = template.charAt(i);
    if (character === '"') return i + 1;
    i = character === '\\' ? i + 2 : endOfPart(template, i);
  }
  throw new Error(`a string is never closed: ${template.slice(start - 1, start + 40)}`);
}
