// User data in two parts: what a machine runs at its first boot, and what it reports to its autoscaling group at every boot.
import { readFileSync } from 'node:fs';
import { servicePort, startSecondsMax } from '../service-profile.ts';
import { literalTemplate, quotableTemplate } from '../terraform-text.ts';

/** Waited for before a new machine, or one from the warm pool, counts as one. */
export const launchHook = 'launch';

const boundary = 'evenkeel-user-data';

/** In the language of cloud-init: parts of MIME, the second of a kind that is run again when a warm machine is started. */
export function withLaunchReport(program: string, group: string): string {
  return quotableTemplate(
    [
      'MIME-Version: 1.0',
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      '',
      ...part('x-shellscript', program),
      ...part('x-shellscript-per-boot', literalTemplate(launchReport(group))),
      `--${boundary}--`,
      '',
    ].join('\n'),
  );
}

const part = (type: string, text: string): readonly string[] => [
  `--${boundary}`,
  `Content-Type: text/${type}; charset="utf-8"`,
  '',
  text,
];

export function launchReport(group: string): string {
  if (!/^[a-z0-9-]+$/.test(group)) throw new Error(`"${group}" would not survive a shell`);
  const settings = { group, hook: launchHook, port: servicePort, seconds_max: startSecondsMax };
  const script = readFileSync(new URL('launch-report.sh', import.meta.url), 'utf8');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return script.replace('# @settings@', `readonly ${lines.join(' ')}`);
}
