// Adam with decoupled weight decay, and the running mean of the weights that is kept of a training. All state is in the open, so
// that a checkpoint can hold it.
import * as tf from '@tensorflow/tfjs-core';

const meanDecay = 0.9;
const squareDecay = 0.999;
const epsilon = 1e-8;
/** Longer gradients are shortened to this: one odd batch must not undo an epoch. */
const gradientNormMax = 5;

export interface AdamSettings {
  readonly weightDecay: number;
  /** Share of the running mean that stays at each step (Polyak and Juditsky 1992, as an exponential mean). */
  readonly averageDecay: number;
}

interface State {
  readonly variable: tf.Variable;
  readonly mean: tf.Variable;
  readonly square: tf.Variable;
  readonly average: tf.Variable;
  /** Biases are not decayed. */
  readonly decays: boolean;
  readonly rateFactor: number;
}

/** The numbers of one named tensor of the state, in TensorFlow's layout. */
export type StateValues = ReadonlyMap<string, Float32Array>;

/** Loshchilov and Hutter 2019 (arXiv:1711.05101), algorithm 2. */
export class Adam {
  readonly #states: ReadonlyMap<string, State>;
  readonly #settings: AdamSettings;
  #steps = 0;

  /** `rateFactors` by name: a head that begins at nothing learns faster than weights that know something. */
  constructor(
    variables: ReadonlyMap<string, tf.Variable>,
    settings: AdamSettings,
    rateFactors: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#settings = settings;
    this.#states = new Map(
      [...variables].map(([name, variable]) => [
        name,
        {
          variable,
          mean: tf.variable(tf.zerosLike(variable), false),
          square: tf.variable(tf.zerosLike(variable), false),
          average: tf.variable(variable, false),
          decays: variable.rank > 1,
          rateFactor: rateFactors.get(name) ?? 1,
        },
      ]),
    );
  }

  get steps(): number {
    return this.#steps;
  }

  get averages(): ReadonlyMap<string, tf.Tensor> {
    return new Map([...this.#states].map(([name, { average }]) => [name, average]));
  }

  /** Moves every variable against its gradient. The gradients are not disposed of. */
  step(gradients: ReadonlyMap<string, tf.Tensor>, rate: number): void {
    this.#steps++;
    tf.tidy(() => {
      const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
      const norm = tf.sqrt(tf.addN(squares));
      const scale = tf.minimum(1, tf.div(gradientNormMax, tf.maximum(norm, epsilon)));
      for (const [name, state] of this.#states) {
        const gradient = gradients.get(name);
        if (gradient === undefined) throw new Error(`"${name}" has no gradient`);
        this.#move(state, tf.mul(gradient, scale), rate * state.rateFactor);
      }
    });
  }

  #move({ variable, mean, square, average, decays }: State, gradient: tf.Tensor, rate: number) {
    const { weightDecay, averageDecay } = this.#settings;
    mean.assign(tf.add(tf.mul(mean, meanDecay), tf.mul(gradient, 1 - meanDecay)));
    square.assign(
      tf.add(tf.mul(square, squareDecay), tf.mul(tf.square(gradient), 1 - squareDecay)),
    );
    const unbiasedMean = tf.div(mean, 1 - meanDecay ** this.#steps);
    const unbiasedSquare = tf.div(square, 1 - squareDecay ** this.#steps);
    const direction = tf.div(unbiasedMean, tf.add(tf.sqrt(unbiasedSquare), epsilon));
    const kept = decays ? tf.mul(variable, 1 - rate * weightDecay) : variable;
    variable.assign(tf.sub(kept, tf.mul(direction, rate)));
    // Early on a long memory would hold the weights that the training began with.
    const memory = Math.min(averageDecay, (1 + this.#steps) / (10 + this.#steps));
    average.assign(tf.add(tf.mul(average, memory), tf.mul(variable, 1 - memory)));
  }

  /** Everything that the next step depends on, by `weight name/part`. */
  async state(): Promise<StateValues> {
    const values = new Map<string, Float32Array>();
    for (const [name, state] of this.#states)
      for (const part of parts) values.set(`${name}/${part}`, await state[part].data<'float32'>());
    return values;
  }

  restore(values: StateValues, steps: number): void {
    this.#steps = steps;
    for (const [name, state] of this.#states)
      for (const part of parts) {
        const data = values.get(`${name}/${part}`);
        if (data === undefined) throw new Error(`the state has no "${name}/${part}"`);
        const variable = state[part];
        tf.tidy(() => {
          variable.assign(tf.tensor(data, variable.shape, 'float32'));
        });
      }
  }

  dispose(): void {
    for (const { mean, square, average } of this.#states.values())
      tf.dispose([mean, square, average]);
  }
}

const parts = ['variable', 'mean', 'square', 'average'] as const;

/**
 * Rises linearly over the first steps, then falls to nothing on half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983).
 * `step` counts from 0.
 */
export function cosineRate(
  step: number,
  {
    peak,
    warmUpSteps,
    steps,
  }: { readonly peak: number; readonly warmUpSteps: number; readonly steps: number },
): number {
  if (step < warmUpSteps) return (peak * (step + 1)) / warmUpSteps;
  const share = (step - warmUpSteps) / Math.max(1, steps - warmUpSteps);
  return (peak / 2) * (1 + Math.cos(Math.PI * Math.min(1, share)));
}
