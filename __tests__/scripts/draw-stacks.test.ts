// The pictures and the table in the docs are what the stacks are now.
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackGraph } from '../../scripts/draw-stacks/stack-graph.ts';
import { picture } from '../../scripts/draw-stacks/picture.ts';

const checkout = join(__dirname, '..', '..');
const docs = join(checkout, 'docs');

const shown = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [
      'infrastructure.md',
      ...readdirSync(join(docs, 'infrastructure')).map((f) => `infrastructure/${f}`),
    ].map((path) => [path, readFileSync(join(docs, path), 'utf8')]),
  );

test('drawing them again changes nothing: after a change of a stack, run `npm run docs:stacks`', () => {
  const script = `import { drawings } from './scripts/draw-stacks.ts'; console.log(JSON.stringify(await drawings()));`;
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { cwd: checkout, encoding: 'utf8', maxBuffer: 1e8 },
  );
  expect(JSON.parse(output)).toEqual(shown());
}, 60_000);

const block = (path: string, more: object = {}) => ({ '//': { metadata: { path } }, ...more });

test('a part is a construct of the stack, and needs another when any resource in it does', () => {
  const graph = stackGraph({
    resource: {
      aws_vpc: { v: block('s/network/vpc') },
      aws_subnet: { a: block('s/network/a'), b: block('s/network/b') },
      aws_lb: {
        l: block('s/balancer/lb', { subnets: ['${aws_subnet.a.id}'], name: 'aws_subnet' }),
      },
    },
  });
  expect(graph).toEqual({
    parts: [
      { name: 'balancer', types: [['lb', 1]] },
      {
        name: 'network',
        types: [
          ['subnet', 2],
          ['vpc', 1],
        ],
      },
    ],
    needs: [['balancer', 'network']],
    resourceCount: 4,
  });
});

test('a picture has every box and arrow, and what is drawn from text cannot break it', () => {
  const svg = picture(
    'A & B',
    [
      { name: '<a>', lines: ['x'] },
      { name: 'b', lines: [] },
    ],
    [{ from: '<a>', to: 'b', isLate: true }],
  );
  expect(svg.match(/<rect /g)).toHaveLength(2);
  expect(svg).toContain('class="arrow late"');
  expect(svg).toContain('&lt;a>');
  expect(svg).toContain('aria-label="A &amp; B"');
});
