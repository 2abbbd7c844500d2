// The gate of the simulator: arm by arm, resolver by resolver, client by client, its mean against what the lab measured.
import type { Row } from './row.ts';

/** One arm behind one resolver with one client, at one TTL. */
export interface Cell extends Pick<Row, 'arm' | 'resolver' | 'client' | 'ttlSeconds'> {
  readonly key: string;
  readonly users: number;
  readonly meanSeconds: number;
  /** Of the mean, from the means of kills where there are several: users of one kill share its detection. */
  readonly standardErrorSeconds: number;
}

export interface Comparison {
  readonly key: string;
  readonly measured: Cell;
  /** Null: the simulator has nothing to say about what was measured, which is a failure too. */
  readonly simulated: Cell | null;
  readonly passes: boolean;
}

export const shareMax = 0.15;
const standardErrorsUsual = 2;
/** A client begins a request a second: what is less than half of that apart cannot be told apart. */
const resolutionSeconds = 0.5;

const cellKey = ({ arm, resolver, client, ttlSeconds }: Row): string =>
  `${arm} ${resolver} ${client} ${ttlSeconds}`;

export function cellsOf(rows: Iterable<Row>): ReadonlyMap<string, Cell> {
  const groups = new Map<string, { readonly of: Row; readonly kills: Map<number, number[]> }>();
  for (const row of rows) {
    const key = cellKey(row);
    const group = groups.get(key) ?? { of: row, kills: new Map<number, number[]>() };
    groups.set(key, group);
    const { kills } = group;
    const seconds = kills.get(row.killedAtMs) ?? [];
    kills.set(row.killedAtMs, seconds);
    seconds.push(row.downtimeMs / 1_000);
  }
  return new Map([...groups].map(([key, { of, kills }]) => [key, cellOf(of, [...kills.values()])]));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const standardError = (values: readonly number[]): number => {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
};

/** With few kills the spread of users says more than that of kills: the wider of the two counts. */
function cellOf(of: Row, kills: readonly (readonly number[])[]): Cell {
  const { arm, resolver, client, ttlSeconds } = of;
  const users = kills.flat();
  const errors = [standardError(users), standardError(kills.map(mean))].filter(Number.isFinite);
  return {
    key: cellKey(of),
    arm,
    resolver,
    client,
    ttlSeconds,
    users: users.length,
    meanSeconds: mean(users),
    standardErrorSeconds: errors.length === 0 ? 0 : Math.max(...errors),
  };
}

/** Every measured cell, passed or not: within 15 % or so many standard errors of the difference. */
export function compared(
  measured: ReadonlyMap<string, Cell>,
  simulated: ReadonlyMap<string, Cell>,
  standardErrorsMax = standardErrorsUsual,
): readonly Comparison[] {
  return [...measured.values()].map((cell) => {
    const other = simulated.get(cell.key) ?? null;
    return {
      key: cell.key,
      measured: cell,
      simulated: other,
      passes: isWithin(cell, other, standardErrorsMax),
    };
  });
}

function isWithin(measured: Cell, simulated: Cell | null, standardErrorsMax: number): boolean {
  if (simulated === null) return false;
  const error = Math.hypot(measured.standardErrorSeconds, simulated.standardErrorSeconds);
  return isAgreement(measured.meanSeconds, simulated.meanSeconds, error, standardErrorsMax);
}

/** The rule of the gate, for a prediction from anywhere; `errorSeconds` is the standard error of the difference. */
export const isAgreement = (
  measuredSeconds: number,
  predictedSeconds: number,
  errorSeconds: number,
  standardErrorsMax = standardErrorsUsual,
): boolean =>
  Math.abs(measuredSeconds - predictedSeconds) <=
  Math.max(shareMax * measuredSeconds, standardErrorsMax * errorSeconds, resolutionSeconds);
