// A gate that was drawn by lot, for tests of what is done with margins and distances rather than of what they are worth.
import { seededRandom } from '../../models/evaluate/seeded-random.ts';
import { gateColumns } from '../../models/known/gate-graph.ts';
import type { Gate } from '../../models/known/gate-graph.ts';

export function gateByLot(): Gate {
  const random = seededRandom(8);
  const by = (scale: number) => scale * (random() - 0.5);
  return {
    margin: {
      weights: Float64Array.from({ length: gateColumns }, () => by(0.1)),
      bias: 0.5,
    },
    gaussian: {
      // Lower triangular, as a fit gives it.
      whitening: Float64Array.from({ length: gateColumns ** 2 }, (_, at) =>
        at % gateColumns <= Math.floor(at / gateColumns) ? by(0.1) : 0,
      ),
      offset: Float64Array.from({ length: gateColumns }, () => by(1)),
    },
  };
}
