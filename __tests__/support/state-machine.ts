// Walks a state machine of AWS Step Functions from its input to its first task or its end, as the service would.
import { runInNewContext } from 'node:vm';

interface State {
  readonly Type: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Error?: string;
  readonly Cause?: string;
  readonly Catch?: readonly { readonly Next: string }[];
  readonly Next?: string;
}

export interface StateMachine {
  readonly QueryLanguage: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Arrival {
  readonly name: string;
  readonly state: State;
  /** Of a task, with its expressions filled in. */
  readonly args: unknown;
}

/** What an execution knows of itself, as far as the machines here ask. */
const context = {
  Execution: { Id: 'arn:aws:states:eu-west-3:1:execution:m:run-1', Name: 'run-1' },
};

/** Of JSONata 2.0.6, for values that are there or not; `undefined` goes through, as there. */
const functions = {
  $string: (value: unknown) =>
    value === undefined || typeof value === 'string' ? value : JSON.stringify(value),
  $match: (text: string | undefined, form: RegExp) => text?.match(form) ?? undefined,
  $exists: (value: unknown) => value !== undefined,
  $not: (value: boolean) => !value,
  $keys: (value: unknown) =>
    typeof value === 'object' && value !== null ? Object.keys(value) : undefined,
  $count: (values: readonly unknown[] | undefined) => values?.length ?? 0,
  $join: (texts: readonly string[]) => texts.join(''),
};

/** Expressions in the words above mean the same in JavaScript. */
function filledIn(value: unknown, input: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => filledIn(one, input));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, filledIn(one, input)]),
    );
  const [, expression] = (typeof value === 'string' && /^\{% (.*) %\}$/.exec(value)) || [];
  return expression === undefined
    ? value
    : (runInNewContext(expression, { ...functions, $states: { input, context } }) as unknown);
}

/** Through choices only: what a task would answer is not known here. */
export function walk(machine: StateMachine, input: unknown, from = machine.StartAt): Arrival {
  const state = machine.States[from];
  if (state === undefined) throw new Error(`there is no state ${from}`);
  if (state.Type !== 'Choice') return { name: from, state, args: filledIn(state.Arguments, input) };
  const taken = state.Choices?.find(({ Condition }) => {
    const is = filledIn(Condition, input);
    if (typeof is !== 'boolean') throw new Error(`"${Condition}" is neither true nor false`);
    return is;
  });
  return walk(machine, input, taken?.Next ?? state.Default);
}
