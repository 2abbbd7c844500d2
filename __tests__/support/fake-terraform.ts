// Terraform as the deploy tool sees it, in memory: it remembers what each stack was given and derives outputs from that.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PlanJson, ResourceChange } from '../../deploy/plan-summary.ts';
import type { Terraform, TerraformCall, TerraformResult } from '../../deploy/terraform.ts';

type Values = Readonly<Record<string, unknown>>;

export interface FakeStack {
  /** Outputs of the stack once it is applied with these values. */
  readonly outputs: (values: Values) => Values;
  readonly resourceType?: string;
}

export class FakeTerraform {
  /** `verb stack`, in order, without the questions that change nothing. */
  readonly done: string[] = [];
  readonly calls: TerraformCall[] = [];
  /** What each stack was applied with; a stack that is not here does not exist. */
  readonly built = new Map<string, string>();
  /** Makes the next call of `verb stack` fail with these words. */
  readonly failures = new Map<string, string>();
  version = '1.11.4';
  readonly #stacks: Readonly<Record<string, FakeStack>>;
  readonly #planned = new Map<string, { values: string; isDestroy: boolean }>();

  /** Every call that may change something, as `verb stack option...`. */
  get steps(): readonly string[] {
    return this.calls
      .filter(({ isAnswer }) => isAnswer !== true)
      .map(({ args: [folder = '', verb = '', ...rest] }) =>
        [
          verb,
          basename(folder),
          ...rest.filter((arg) => /^-(destroy|migrate|reconf)/.test(arg)),
        ].join(' '),
      );
  }

  constructor(stacks: Readonly<Record<string, FakeStack>>) {
    this.#stacks = stacks;
  }

  readonly run: Terraform = (call) => {
    this.calls.push(call);
    const folder = call.args[0]?.replace('-chdir=', '') ?? '';
    const [verb = '', ...args] = call.args.slice(1);
    if (call.args[0] === 'version')
      return answered(JSON.stringify({ terraform_version: this.version }));
    const stack = basename(folder);
    const failure = this.failures.get(`${verb} ${stack}`);
    if (failure !== undefined) {
      this.failures.delete(`${verb} ${stack}`);
      return Promise.resolve({ exitCode: 1, answer: '', tail: failure });
    }
    return answered(this.#carryOut(verb, stack, folder, args));
  };

  #carryOut(verb: string, stack: string, folder: string, args: readonly string[]): string {
    if (verb === 'plan') {
      const values = readFileSync(join(folder, 'handoff.auto.tfvars.json'), 'utf8');
      writeFileSync(join(folder, 'terraform.plan'), values);
      this.#planned.set(stack, { values, isDestroy: args.includes('-destroy') });
    }
    if (verb === 'show') return JSON.stringify(this.#plan(stack));
    if (verb === 'output') return JSON.stringify(this.#outputs(stack));
    if (verb === 'apply') this.#apply(stack);
    return '';
  }

  #plan(stack: string): PlanJson {
    const { values, isDestroy } = this.#planned.get(stack)!;
    const before = this.built.get(stack);
    const isChange = isDestroy ? before !== undefined : before !== values;
    const type = this.#stacks[stack]?.resourceType ?? 'aws_instance';
    const action = isDestroy ? 'delete' : before === undefined ? 'create' : 'update';
    const change: ResourceChange = {
      address: `${type}.all`,
      type,
      change: { actions: [isChange ? action : 'no-op'] },
    };
    return { applyable: isChange, resource_changes: [change] };
  }

  #apply(stack: string): void {
    const { values, isDestroy } = this.#planned.get(stack)!;
    this.done.push(`${isDestroy ? 'destroy' : 'apply'} ${stack}`);
    if (isDestroy) this.built.delete(stack);
    else this.built.set(stack, values);
  }

  #outputs(stack: string) {
    const values = JSON.parse(this.built.get(stack) ?? '{}') as Values;
    const outputs = Object.entries(this.#stacks[stack]?.outputs(values) ?? {});
    return Object.fromEntries(outputs.map(([name, value]) => [name, { sensitive: false, value }]));
  }
}

const answered = (answer: string): Promise<TerraformResult> =>
  Promise.resolve({ exitCode: 0, answer, tail: '' });
