// The measurements as tables of Markdown, so that the page and the raw figures cannot disagree.
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import { markdownTable } from '../markdown-table.ts';
import type { Provenance } from './measurement.ts';
import type { ArmResult, RoundResult } from './round.ts';
import { median, pairedMedianRatio, summary } from './statistics.ts';

interface PeersRun extends Provenance {
  readonly rounds: readonly RoundResult[];
}

export interface PeersMeasurement extends PeersRun {
  /** Runs that this one was added to. */
  readonly earlier: readonly PeersRun[];
}

const roundsOf = ({ earlier, rounds }: PeersMeasurement): readonly RoundResult[] => [
  ...earlier.flatMap((run) => run.rounds),
  ...rounds,
];

export interface DrainsMeasurement extends Provenance {
  readonly results: readonly {
    readonly link: string;
    readonly rule: string;
    readonly days: number;
    readonly drains: number;
    readonly perDay: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface ProbesMeasurement extends Provenance {
  readonly runs: readonly {
    readonly endpoints: number;
    readonly pace: string;
    readonly cpuShare: number;
    readonly onTimeShare: number;
    readonly tookMsP99: number;
    readonly residentMiB: number;
  }[];
}

export interface LossMeasurement extends Provenance {
  readonly stretches: readonly {
    readonly lossPercent: number;
    readonly seconds: number;
    readonly arms: Readonly<
      Record<string, { readonly downs: number; readonly awaySeconds: number }>
    >;
  }[];
}

const secondsOf = (ms: number) => (ms / 1_000).toFixed(1);
const faultNames = { kill: 'killed (refuses)', blackhole: 'blackholed', freeze: 'frozen' } as const;
const ratioSeed = 1;

/** For each fault and arm the seconds to detect and to switch, and how many times as long as ours. */
export function peersTable(measurement: PeersMeasurement, ours: string): string {
  const rounds = roundsOf(measurement);
  const rows = (['kill', 'blackhole', 'freeze'] as const).flatMap((fault) => {
    const struck = rounds.filter((round) => round.fault === fault);
    return armsOf(rounds).map((arm) => {
      const found = knownOf(struck, arm, 'detectedMs');
      const switched = knownOf(struck, arm, 'switchedMs');
      return [
        faultNames[fault],
        arm,
        `${found.length} of ${struck.length}`,
        ...spread(found),
        ...spread(switched),
        arm === ours ? '1' : ratioText(struck, arm, ours),
      ];
    });
  });
  const head = ['fault', 'who', 'found', 'found: median, s', 'p95', 'max'];
  return markdownTable(
    [...head, 'switched: median, s', 'p95', 'max', 'times as long to switch'],
    rows,
  );
}

const armsOf = (rounds: readonly RoundResult[]) => Object.keys(rounds[0]?.arms ?? {});

const knownOf = (rounds: readonly RoundResult[], arm: string, key: keyof ArmResult) =>
  rounds.flatMap(({ arms }) => arms[arm]?.[key] ?? []);

function spread(sample: readonly number[]): readonly string[] {
  if (sample.length === 0) return ['never', 'never', 'never'];
  const { median: middle, p95, max } = summary(sample);
  return [secondsOf(middle), secondsOf(p95), secondsOf(max)];
}

function ratioText(rounds: readonly RoundResult[], arm: string, ours: string): string {
  const pairs = rounds.flatMap(({ arms }): [number, number][] => {
    const [over, under] = [arms[arm]?.switchedMs ?? null, arms[ours]?.switchedMs ?? null];
    return over === null || under === null ? [] : [[over, under]];
  });
  if (pairs.length === 0) return 'unknown';
  const { ratio, low, high } = pairedMedianRatio(pairs, chanceFrom(ratioSeed).draw);
  return `${ratio.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

/** The rounds in which nothing was struck: whatever anybody found in them is an error. */
export function controlText(measurement: PeersMeasurement): string {
  const controls = roundsOf(measurement).filter(({ fault }) => fault === 'none');
  const findings = controls.flatMap(({ arms }) =>
    Object.values(arms).flatMap(({ detectedMs, switchedMs }) => [detectedMs, switchedMs]),
  );
  const errors = findings.filter((finding) => finding !== null).length;
  return `In ${controls.length} rounds without any fault the harness reported ${errors} detections and switches among ${findings.length} possible ones.`;
}

/** Links as rows, rules as columns. */
export function drainsTable({ results }: DrainsMeasurement): string {
  const links = [...new Set(results.map(({ link }) => link))];
  const rules = [...new Set(results.map(({ rule }) => rule))];
  const rows = links.map((link) => {
    const there = results.filter((result) => result.link === link);
    const cells = rules.map((rule) => {
      const found = there.find((result) => result.rule === rule);
      if (found === undefined) return '';
      const digits = found.perDay >= 10 ? 1 : 3;
      const text = (value: number) => value.toFixed(digits);
      return `${text(found.perDay)} (${text(found.low)} to ${text(found.high)}) in ${found.days}`;
    });
    return [link, ...cells];
  });
  return markdownTable(['link', ...rules], rows);
}

/** The middle of the rounds for each size; `at once` is the load of a vantage's beat. */
export function probesTable({ runs }: ProbesMeasurement): string {
  const sizes = [...new Set(runs.map(({ endpoints }) => endpoints))].sort((a, b) => a - b);
  const rows = sizes.map((size) => {
    const cells = ['even', 'at-once'].flatMap((pace) => {
      const some = runs.filter((run) => run.endpoints === size && run.pace === pace);
      const middle = (key: 'cpuShare' | 'onTimeShare' | 'tookMsP99' | 'residentMiB') =>
        median(some.map((run) => run[key]));
      if (some.length === 0) return ['', '', '', ''];
      const max = Math.max(...some.map((run) => run.cpuShare));
      return [
        `${percent(middle('cpuShare'))} (at most ${percent(max)})`,
        percent(middle('onTimeShare')),
        middle('tookMsP99').toFixed(0),
        middle('residentMiB').toFixed(0),
      ];
    });
    return [String(size), ...cells];
  });
  const head = ['processor', 'on time', 'p99, ms', 'memory, MiB'];
  return markdownTable(['endpoints', ...head, ...head.map((name) => `${name} (at once)`)], rows);
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

export function lossTable({ stretches }: LossMeasurement): string {
  const arms = Object.keys(stretches[0]?.arms ?? {});
  const rows = stretches.map(({ lossPercent, seconds, arms: found }) => [
    `${lossPercent} % each way`,
    String(seconds),
    ...arms.map((arm) => {
      const { downs = 0, awaySeconds = 0 } = found[arm] ?? {};
      return `${downs} times, ${awaySeconds.toFixed(0)} s`;
    }),
  ]);
  return markdownTable(['loss', 'seconds', ...arms], rows);
}

export const provenanceText = (file: string, of: Provenance): string =>
  `\`${of.command}\` at ${of.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(of.seconds / 60)} min, seed ${of.seed}, commit ${of.commit}, ${of.machine}, ${Object.entries(
    of.versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(
      ', ',
    )}; load average ${of.loadAverage.map((load) => load.toFixed(1)).join(' to ')}. Raw: [${file}.json](${file}.json).`;
