// How a case of an alert is written down: the series that Prometheus has stored, and whether the alert fires.

export interface AlertCase {
  readonly alert: string;
  /** Series and values, one a minute, e.g. `0+6x60` is 0, 6, 12 ... for an hour. */
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  /** Labels of the alert beside its severity; null where it must be quiet. */
  readonly fires: Readonly<Record<string, string>> | null;
}

export const region = { region: 'aws-paris' };
export const vantage = { vantage: 'vantage-dublin' };
export const machine = { job: 'inference', instance: '10.16.128.7:8443', ...region };
export const controller = { job: 'controllers', instance: 'dublin', ...vantage };

export const series = (name: string, labels: Readonly<Record<string, string>>) =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;

export const pair = (
  alert: string,
  at: string,
  firing: readonly [values: Record<string, string>, labels: Record<string, string>],
  quiet: Record<string, string>,
): readonly AlertCase[] => [
  { alert, at, series: firing[0], fires: firing[1] },
  { alert, at, series: quiet, fires: null },
];
