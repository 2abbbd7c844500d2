// The user data of the monitoring host: which bucket it belongs to, and which archives it may unpack.
import { readFileSync } from 'node:fs';
import { literalTemplate, quotableTemplate } from '../terraform-text.ts';
import type { Tool } from './monitoring-tools.ts';

export const monitoringProgram = (bucket: string, tools: readonly Tool[]): string =>
  quotableTemplate(firstBoot(bucket, tools));

/** As a Terraform template: the bucket may be a reference. */
export function firstBoot(bucket: string, tools: readonly Tool[]): string {
  const script = readFileSync(new URL('host/first-boot.sh', import.meta.url), 'utf8');
  const lines = tools.map(({ name, archive, sha256, url }) =>
    ['tool', name, archive, sha256, url].join(' '),
  );
  return literalTemplate(script)
    .replace('# @settings@', () => `readonly bucket='${bucket}'`)
    .replace('# @tools@', () => lines.join('\n'));
}
