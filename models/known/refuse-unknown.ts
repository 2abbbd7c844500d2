// What a bundle's gate says of samples that its model has answered, and the refusal of a picture it does not know.
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest, GateLimits } from '../bundle/manifest.ts';
import type { EngineOutput } from '../engine/engine.ts';

type Gated = Pick<BundleManifest, 'gate'>;

/** Whether sample `index` is of the kind that the model was made for; a bundle without a gate knows no other kind. */
export function isKnown(
  { gate }: Gated,
  output: Pick<EngineOutput, 'gate'>,
  index: number,
): boolean {
  return gate === undefined || isWithin(gate, scoresOf(output, index));
}

/** Whether it is so much like the films that the model was made for that its score decides; without limits for it, it is. */
export function isFamiliar(
  { gate }: Gated,
  output: Pick<EngineOutput, 'gate'>,
  index: number,
): boolean {
  return gate?.familiar === undefined || isWithin(gate.familiar, scoresOf(output, index));
}

interface GateScores {
  readonly margin: number;
  readonly distance: number;
}

const scoresOf = ({ gate }: Pick<EngineOutput, 'gate'>, index: number): GateScores => ({
  margin: gate?.margin[index] ?? Number.NaN,
  distance: gate?.distance[index] ?? Number.NaN,
});

/** Written so that a NaN is refused. */
export const isWithin = (
  { marginMin, distanceMax }: GateLimits,
  { margin, distance }: GateScores,
): boolean => margin >= marginMin && distance <= distanceMax;

/** Throws `InputError` 'not-this-kind-of-film' for a single picture that the gate does not know. */
export function refuseUnknown(
  manifest: Pick<BundleManifest, 'gate' | 'input' | 'name'>,
  output: Pick<EngineOutput, 'gate'>,
): void {
  if (isKnown(manifest, output, 0)) return;
  throw unknownFilm(manifest);
}

export function unknownFilm({ name, input }: Pick<BundleManifest, 'input' | 'name'>): InputError {
  const expects = input.kind === 'image' ? input.expects : 'a row of measurements';
  return new InputError('not-this-kind-of-film', {
    found: `The picture does not look like the films that ${name} was made for`,
    why: `It expects: ${expects}. On anything else its score would mean nothing, however certain it looked, so none is given`,
    remedy:
      'Check that the right picture and the right model are chosen, and that the film is upright, whole and not inverted; then send it again, or have it read without this model',
  });
}
