// Which places each vantage reaches no more, from the faults that last. Pure.

/** Every `host:port` that a vantage speaks to. */
export interface Places {
  readonly api: readonly string[];
  readonly regions: readonly string[];
  readonly vantages: Readonly<Record<string, string>>;
}

interface Fault {
  readonly target: string;
  readonly fault: string;
}

/** A partition between vantages has two sides: nobody hears the one, and the one hears nobody. */
export function severedPlaces(
  faults: readonly Fault[],
  { api, regions, vantages }: Places,
): Readonly<Record<string, readonly string[]>> {
  const suffers = (target: string, fault: string) =>
    faults.some((one) => one.target === target && one.fault === fault);
  const ids = Object.keys(vantages);
  const peersOf = (id: string) =>
    ids.filter(
      (other) => other !== id && (suffers(id, 'cut-peers') || suffers(other, 'cut-peers')),
    );
  return Object.fromEntries(
    ids.map((id) => [
      id,
      [
        ...(suffers(id, 'cut-api') ? api : []),
        ...(suffers(id, 'cut-regions') ? regions : []),
        ...peersOf(id).flatMap((other) => vantages[other] ?? []),
      ],
    ]),
  );
}
