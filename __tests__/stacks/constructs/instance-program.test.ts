import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { architectureOf } from '../../../stacks/constructs/instance-program.ts';
import { program, userDataScript, userDataTemplate } from '../../support/user-data.ts';

/** What the lines `setting FILE NAME '...'` and `file PATH '...'` of a script say. */
const written = (script: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...script.matchAll(/^(?:setting \S+|file) (\S+) '([A-Za-z0-9+/=]*)'$/gm)].map(
      ([, name = '', base64 = '']) => [name, Buffer.from(base64, 'base64').toString()],
    ),
  );

/** The setting function of the script, then its file read back by the shell as the service's environment. */
function readBack(value: string): string {
  const script = userDataScript({
    settings: { VALUE: value.replaceAll(/[$%](?=\{)/g, (s) => s + s) },
  });
  const define = /^text\(\)[^]*?^\}$/m.exec(script)?.[0] ?? '';
  const call = /^setting service\.env .*$/m.exec(script)?.[0] ?? '';
  const read = '. "$etc/service.env.new"; printf %s "$VALUE."';
  const run = `etc=$(mktemp -d); ${define}\n${call}\n${read}; rm -r "$etc"`;
  return execFileSync('bash', ['-euc', run], { encoding: 'utf8' }).slice(0, -1);
}

test.each([
  ['t4g.small', 'arm64'],
  ['c7gn.xlarge', 'arm64'],
  ['c7i.xlarge', 'x64'],
  ['g5.xlarge', 'x64'],
  ['e2-small', 'x64'],
  ['Standard_F4s_v2', 'x64'],
])('%s is %s', (machine, architecture) => {
  expect(architectureOf(machine)).toBe(architecture);
});

test('a machine is told its role, its releases and the release to run', () => {
  const script = userDataScript({
    release: { version: '1.4.0', sha256: 'ab', previousVersion: '1.3.0', previousSha256: 'cd' },
  });
  expect(written(script)).toMatchObject({
    CLOUD: 'aws',
    ROLE: 'inference',
    ARCHITECTURE: 'x64',
    RELEASES_URL: 'http://127.0.0.1:8080',
    EVENKEEL_REGION: 'aws-paris',
  });
  const words = [...(script.match(/^\/usr\/local.*$/m)?.[0] ?? '').matchAll(/text '([^']*)'/g)];
  expect(words.map(([, word = '']) => Buffer.from(word, 'base64').toString())).toEqual([
    '1.4.0',
    'ab',
    '1.3.0',
    'cd',
  ]);
});

test('files are written with their contents, whatever stands in them', () => {
  const text = '{"a": "EVENKEEL_RELEASE\\n\'$(x)"}\nEVENKEEL_RELEASE\n';
  expect(
    written(userDataScript({ files: { '/etc/evenkeel/f.json': text } }))['/etc/evenkeel/f.json'],
  ).toBe(text);
});

test('no value of a stack can become a command or end a quotation', () => {
  assert(
    property(string({ unit: 'binary' }), (value) => {
      const clean = value.replaceAll('\0', '').replaceAll(/([$%])\1+(?=\{)/g, '$1');
      const script = userDataScript({
        settings: { VALUE: clean.replaceAll(/[$%](?=\{)/g, (s) => s + s) },
      });
      expect(written(script)['VALUE']).toBe(Buffer.from(clean).toString());
    }),
    { numRuns: 50 },
  );
});

test.each([
  '',
  ' x ',
  `"'\`$(reboot) \\ $HOME`,
  '${PATH} %{if}',
  'two\nlines\n\n',
  'é\t\\n',
  '#;&|<>*?[!~',
])('the setting %j reaches the service as it is', (value) => {
  expect(readBack(value)).toBe(value);
});

test.each(['lower', 'A-B', '1A', 'A\nB', ''])(
  '"%s" is refused as the name of a setting',
  (name) => {
    expect(() => userDataTemplate({ settings: { [name]: 'x' } })).toThrow(
      'no name of an environment variable',
    );
  },
);

test.each(['/etc/passwd', '/etc/evenkeel/../passwd', '/etc/evenkeel/a b', 'evenkeel.json'])(
  'a file %s is refused',
  (path) => {
    expect(() => userDataTemplate({ files: { [path]: '' } })).toThrow(
      'is not a file of /etc/evenkeel',
    );
  },
);

test('user data that AWS would not take is refused while it can be mended', () => {
  expect(Buffer.byteLength(userDataTemplate())).toBeLessThan(12 * 1_024);
  const long = { '/etc/evenkeel/f.json': 'x'.repeat(8_000) };
  expect(() => userDataTemplate({ files: long })).toThrow(/has \d+ bytes. AWS takes 16 KiB/);
});

test('the script is the same for the same program', () => {
  expect(userDataTemplate(program)).toBe(userDataTemplate(program));
});
