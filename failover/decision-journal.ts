// Journals each verdict, each decision and each refusal by a rule when it changes, not at every beat.
import type { Fleet } from '../fleet/fleet.ts';
import type { Chronicle } from './chronicle.ts';
import type { Held } from './core/safety.ts';
import type { SteerOutput } from './core/steer.ts';

export async function journalDecision(
  chronicle: Chronicle,
  { regions }: Fleet,
  { standings, reasons, held }: SteerOutput,
): Promise<void> {
  for (const { id } of regions) {
    const { kind, because } = standings[id] ?? { kind: 'unknown', because: 'not watched' };
    await chronicle.recordOnce(`verdict ${id}`, kind, {
      kind: 'verdict',
      region: id,
      standing: kind,
      because,
    });
  }
  await journalHeld(chronicle, held);
  const rules = reasons.map(({ region, rule }) => `${region ?? 'fleet'} ${rule}`);
  await chronicle.recordOnce('decision', rules.join('\n'), { kind: 'decision', reasons });
}

/** A refusal is said when it begins: its numbers may move while it lasts. */
async function journalHeld(chronicle: Chronicle, held: readonly Held[]): Promise<void> {
  if (held.length === 0) return chronicle.forget('held');
  const topic = held.map(({ region, by }) => `${region} ${by}`).join('\n');
  const refusals = held.map(
    ({ region, by, kind, why }) => `${region} held by ${by} (${kind}): ${why}`,
  );
  await chronicle.recordOnce('held', topic, { kind: 'refused', refusals });
}
