// A Dockerfile as stages, and what is wrong with it: the few rules that decide whether its images can be trusted.

interface Instruction {
  readonly name: string;
  readonly text: string;
}

interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  readonly defaults: ReadonlyMap<string, string | null>;
  readonly stages: readonly Stage[];
}

export function parsedDockerfile(source: string): Dockerfile {
  const instructions = instructionsOf(source);
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructions.slice(first)) {
    const [base = '', , name = ''] = instruction.text.split(/\s+/);
    if (instruction.name === 'FROM') stages.push({ base, name, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  const defaults = instructions.slice(0, first).map(({ text }) => text.split('='));
  return {
    defaults: new Map(defaults.map(([name = '', fallback]) => [name, fallback ?? null])),
    stages,
  };
}

const instructionsOf = (source: string): readonly Instruction[] =>
  source
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => {
      const [name = ''] = line.split(/\s/, 1);
      return { name, text: line.slice(name.length).trim() };
    });

/** Everything a stage and those it is built on do, from the outermost base on. */
export function lineage({ stages }: Dockerfile, name: string): readonly Instruction[] {
  const stage = stages.find((s) => s.name === name);
  if (stage === undefined) return [];
  const own = [{ name: 'FROM', text: stage.base }, ...stage.instructions];
  return [...lineage({ defaults: new Map(), stages }, stage.base), ...own];
}

/** Images that are published: stages on which no other stage stands and from which none copies. */
export function targets({ stages }: Dockerfile): readonly string[] {
  const used = stages.flatMap(({ base, instructions }) => [
    base,
    ...instructions.flatMap(({ text }) => /--from=(\S+)/.exec(text)?.[1] ?? []),
  ]);
  return stages.map(({ name }) => name).filter((name) => !used.includes(name));
}

export function faultsOf(source: string): readonly string[] {
  const file = parsedDockerfile(source);
  const names = file.stages.map(({ name }) => name);
  return [
    ...file.stages
      .filter(({ base }) => !names.includes(base))
      .flatMap((stage) => baseFaults(file, stage)),
    ...file.stages.flatMap(stageFaults),
    ...targets(file).flatMap((name) => targetFaults(name, lineage(file, name))),
  ];
}

/** `${NAME}${NAME_DIGEST:+@${NAME_DIGEST}}`, or `${NAME}@${NAME_DIGEST}` where the tag alone would not do. */
function baseFaults({ defaults }: Dockerfile, { name, base }: Stage): readonly string[] {
  const [, image = '', rest = ''] = /^\$\{(\w+)\}(.*)$/.exec(base) ?? [];
  const reference = defaults.get(image) ?? '';
  const digest = `${image}_DIGEST`;
  const isMandatory = rest === `@\${${digest}}` && defaults.get(digest) === null;
  const isOptional = rest === `\${${digest}:+@\${${digest}}}`;
  const faults = [];
  if (!/:[\w.-]+$/.test(reference)) faults.push(`${name}: the base has no tag`);
  if (!isMandatory && !isOptional) faults.push(`${name}: the base takes no digest`);
  if (reference.endsWith(':latest') && !isMandatory)
    faults.push(`${name}: "latest" without a mandatory digest`);
  return faults;
}

const forbidden: readonly (readonly [name: string, pattern: RegExp, what: string])[] = [
  ['ADD', /./, 'ADD unpacks and downloads unasked: use COPY'],
  ['RUN', /\b(curl|wget)\b[^|]*\|\s*(ba)?sh\b/, 'runs what it downloads'],
  ['RUN', /\bsudo\b/, 'uses sudo'],
  ['RUN', /\bpip3? install\b(?!.*==)/, 'installs an unpinned Python package'],
  ['RUN', /\bnpm (install|i)\b(?!.*@\d+\.\d+\.\d+)/, 'installs an unpinned package'],
  ['RUN', /\bapt-get install\b(?!.*=)/, 'installs an unpinned system package'],
  ['ENV', /\w*(SECRET|PASSWORD|TOKEN|PRIVATE_KEY|ACCESS_KEY)\w*=/i, 'carries a secret'],
  [
    'ARG',
    /\w*(SECRET|PASSWORD|TOKEN|PRIVATE_KEY|ACCESS_KEY)\w*/i,
    'takes a secret into its history',
  ],
  ['CMD', /^[^[]/, 'starts through a shell, which swallows SIGTERM'],
  ['ENTRYPOINT', /^[^[]/, 'starts through a shell, which swallows SIGTERM'],
];

const stageFaults = ({ name: stage, instructions }: Stage): readonly string[] =>
  instructions.flatMap(({ name, text }) =>
    forbidden
      .filter(([instruction, pattern]) => instruction === name && pattern.test(text))
      .map(([, , what]) => `${stage}: ${what}`),
  );

function targetFaults(name: string, instructions: readonly Instruction[]): readonly string[] {
  const last = (instruction: string) => instructions.findLast((i) => i.name === instruction)?.text;
  const faults = [];
  const user = last('USER') ?? 'root';
  if (/^(root|0)(:|$)/.test(user)) faults.push(`${name}: runs as root`);
  if (last('HEALTHCHECK') === undefined)
    faults.push(`${name}: does not say how its health is known`);
  return faults;
}
