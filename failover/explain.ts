// Answers "why" from a journal: what was believed at a moment, what was decided from it, and what became of it in the zone.
import type { JournalEntry } from './ports.ts';

/** A line as kept: with the time of day at which it was written. */
export type TimedEntry = JournalEntry & { readonly at: string };

export interface Explanation {
  readonly at: string;
  /** The newest verdict on each region. */
  readonly verdicts: readonly TimedEntry[];
  /** When the control plane was last lost or found again. */
  readonly controlPlane: TimedEntry | null;
  /** When this vantage last fell silent because it was blind itself, or spoke again. */
  readonly sight: TimedEntry | null;
  /** Flags as last seen over each region, raised or lowered. */
  readonly flags: readonly TimedEntry[];
  readonly decision: TimedEntry | null;
  /** Orders by hand that were given within the longest time one may stand. */
  readonly orders: readonly TimedEntry[];
  /** The last batch, with everything that is known of it until now, the earliest first. */
  readonly batch: readonly TimedEntry[];
  readonly refused: TimedEntry | null;
}

export const isTimed = (entry: JournalEntry): entry is TimedEntry =>
  typeof entry['at'] === 'string' && Number.isFinite(Date.parse(entry['at']));

/** As a vantage saw it at `atMs`; of one batch also what became of it afterwards. */
export function explain(
  journal: readonly TimedEntry[],
  atMs: number,
  orderMsMax: number,
): Explanation {
  const before = journal.filter(({ at }) => Date.parse(at) <= atMs);
  const newest = (kind: JournalEntry['kind']) => before.findLast((e) => e.kind === kind) ?? null;
  const intent = newest('intent');
  return {
    at: new Date(atMs).toISOString(),
    verdicts: newestOfEach(before, 'verdict'),
    controlPlane: newest('control-plane'),
    sight: newest('sight'),
    flags: newestOfEach(before, 'flag'),
    decision: newest('decision'),
    orders: before.filter(
      ({ kind, at }) => kind === 'order' && Date.parse(at) >= atMs - orderMsMax,
    ),
    batch: intent === null ? [] : batchOf(journal, intent),
    refused: newest('refused'),
  };
}

/** Of each region, in the order in which they were first told of. */
function newestOfEach(
  before: readonly TimedEntry[],
  wanted: JournalEntry['kind'],
): readonly TimedEntry[] {
  const ofKind = before.filter(({ kind }) => kind === wanted);
  return [...new Map(ofKind.map((entry) => [String(entry['region']), entry])).values()];
}

const batchKinds: readonly string[] = ['outcome', 'settled', 'no-effect', 'reconciled'];

function batchOf(journal: readonly TimedEntry[], intent: TimedEntry): readonly TimedEntry[] {
  const later = journal.slice(journal.indexOf(intent) + 1);
  const next = later.findIndex(({ kind }) => kind === 'intent');
  const own = next === -1 ? later : later.slice(0, next);
  return [
    intent,
    ...own.filter(
      ({ kind, ...rest }) => batchKinds.includes(kind) && rest['term'] === intent['term'],
    ),
  ];
}

/** For people, one fact per line. */
export function explanationText(vantage: string, explanation: Explanation): string {
  const { at, verdicts, controlPlane, sight, flags, decision, orders, batch, refused } =
    explanation;
  return [
    `${vantage} at ${at}`,
    ...section(
      'verdicts',
      verdicts.map(
        (v) => `${said(v, 'region')} ${said(v, 'standing')} since ${v.at}: ${said(v, 'because')}`,
      ),
    ),
    ...section(
      'orders',
      orders.map(
        (o) =>
          `${o.at} ${said(o, 'what')} ${said(o, 'about')} by ${said(o, 'actor')}: ${said(o, 'reason')}`,
      ),
    ),
    ...section(
      'control plane',
      controlPlane === null ? [] : [`${controlPlane.at} ${said(controlPlane, 'text')}`],
    ),
    ...section('sight', sight === null ? [] : [sightLine(sight)]),
    ...section('flags', flags.map(flagLine)),
    ...section('decision', decisionLines(decision)),
    ...section('refused', refused === null ? [] : [refused.at, ...textsOf(refused['refusals'])]),
    ...section('last batch', batch.flatMap(batchLines)),
  ].join('\n');
}

const sightLine = (sight: TimedEntry): string =>
  sight['abstains'] === true
    ? `${sight.at} abstains: ${said(sight, 'why')}`
    : `${sight.at} bears witness again: ${said(sight, 'why')}`;

const flagLine = (flag: TimedEntry): string =>
  flag['raised'] === true
    ? `${flag.at} raised over ${said(flag, 'region')} by ${said(flag, 'actor')}: ${said(flag, 'reason')}`
    : `${flag.at} lowered over ${said(flag, 'region')}`;

/** A member of a line, whatever kind of line it is. */
function said(entry: TimedEntry, member: string): string {
  const value = entry[member];
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0
    ? [`  ${title}: none`]
    : [`  ${title}:`, ...lines.map((line) => `    ${line}`)];

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((item) => String(item)) : [];

function decisionLines(decision: TimedEntry | null): readonly string[] {
  if (decision === null) return [];
  const reasons = (decision['reasons'] ?? []) as readonly {
    readonly region: string | null;
    readonly rule: string;
    readonly text: string;
  }[];
  const lines = reasons.map(({ region, rule, text }) => `${region ?? 'fleet'} ${rule}: ${text}`);
  return [`since ${decision.at}`, ...(lines.length > 0 ? lines : ['everything stays as it is'])];
}

function batchLines(entry: TimedEntry): readonly string[] {
  const { at, kind } = entry;
  if (kind === 'intent')
    return [
      `${at} term ${said(entry, 'term')}, because`,
      ...textsOf(entry['cause']).map((cause) => `  ${cause}`),
      ...textsOf(entry['changes']).map((change) => `  ${change}`),
    ];
  if (kind === 'outcome')
    return [
      `${at} ${said(entry, 'outcome')}${entry['detail'] === undefined ? '' : `: ${said(entry, 'detail')}`}`,
    ];
  if (kind === 'settled')
    return [`${at} served by every name server, ${said(entry, 'tookMs')} ms after it was sent`];
  if (kind === 'reconciled') return [`${at} after a restart: ${said(entry, 'found')}`];
  return [`${at} without effect: ${said(entry, 'why')}`];
}
