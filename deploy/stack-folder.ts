// One synthesized stack on disk: its variables written, its providers pinned, its plan made, applied and read.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TerraformOutput } from './deployment-record.ts';
import type { PlanJson } from './plan-summary.ts';
import type { DeclaredVariables } from './stack-values.ts';
import { TerraformError } from './terraform.ts';
import type { Terraform, TerraformResult } from './terraform.ts';

export interface Workshop {
  readonly terraform: Terraform;
  /** Where synthesis wrote, e.g. `cdktf.out/qa`. */
  readonly outdir: string;
  /** Where the checksums of the providers are kept between runs, in version control. */
  readonly locksFolder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly parallelism: number;
}

interface StackJson {
  readonly variable?: DeclaredVariables;
  readonly terraform?: { readonly required_providers?: Readonly<Record<string, unknown>> };
}

const planFile = 'terraform.plan';
const lockFile = '.terraform.lock.hcl';

export class StackFolder {
  readonly name: string;
  readonly folder: string;
  readonly logFile: string;
  readonly #workshop: Workshop;

  constructor(name: string, workshop: Workshop) {
    this.name = name;
    this.folder = resolve(workshop.outdir, 'stacks', name);
    this.logFile = resolve(workshop.outdir, 'logs', `${name}.log`);
    this.#workshop = workshop;
  }

  get declaredVariables(): DeclaredVariables {
    return this.#stackJson().variable ?? {};
  }

  giveValues(values: Readonly<Record<string, unknown>>): void {
    const file = join(this.folder, 'handoff.auto.tfvars.json');
    writeFileSync(file, `${JSON.stringify(values, null, 2)}\n`);
  }

  /** `terraform init` with what `more` says; fails in the result, because a missing bucket is no surprise the first time. */
  async tryInit(...more: readonly string[]): Promise<TerraformResult> {
    const kept = this.#keptLock();
    const used = join(this.folder, lockFile);
    if (existsSync(kept)) copyFileSync(kept, used);
    const result = await this.#run(['init', ...more]);
    if (result.exitCode === 0 && existsSync(used)) {
      mkdirSync(this.#workshop.locksFolder, { recursive: true });
      copyFileSync(used, kept);
    }
    return result;
  }

  async init(...more: readonly string[]): Promise<void> {
    this.#expect('init', await this.tryInit(...more));
  }

  async plan(isDestroy: boolean): Promise<PlanJson> {
    const destroy = isDestroy ? ['-destroy'] : [];
    const args = ['plan', `-out=${planFile}`, this.#parallelism, ...destroy];
    this.#expect('plan', await this.#run(args));
    return JSON.parse(await this.#answer('show', ['show', '-json', planFile])) as PlanJson;
  }

  /** Exactly what was planned, or an error when the world has changed since. */
  async apply(): Promise<void> {
    this.#expect('apply', await this.#run(['apply', this.#parallelism, planFile]));
  }

  /** A plan file holds every value in the clear. */
  forgetPlan(): void {
    rmSync(join(this.folder, planFile), { force: true });
  }

  async outputs(): Promise<Readonly<Record<string, TerraformOutput>>> {
    const text = await this.#answer('output', ['output', '-json']);
    return JSON.parse(text) as Record<string, TerraformOutput>;
  }

  /** Stacks with the same providers share their checksums. */
  #keptLock(): string {
    const providers = Object.keys(this.#stackJson().terraform?.required_providers ?? {});
    return join(this.#workshop.locksFolder, `${providers.sort().join('-')}.lock.hcl`);
  }

  #stackJson(): StackJson {
    return JSON.parse(readFileSync(join(this.folder, 'cdk.tf.json'), 'utf8')) as StackJson;
  }

  get #parallelism() {
    return `-parallelism=${this.#workshop.parallelism}`;
  }

  async #answer(verb: string, args: readonly string[]): Promise<string> {
    const result = await this.#run(args, true);
    this.#expect(verb, result);
    return result.answer;
  }

  #run([verb = '', ...rest]: readonly string[], isAnswer = false): Promise<TerraformResult> {
    const { terraform, variables } = this.#workshop;
    const takesInput = verb === 'init' || verb === 'plan' || verb === 'apply';
    const quiet = takesInput ? ['-input=false', '-no-color'] : ['-no-color'];
    return terraform({
      args: [`-chdir=${this.folder}`, verb, ...quiet, ...rest],
      logFile: this.logFile,
      variables,
      isAnswer,
    });
  }

  #expect(verb: string, result: TerraformResult): void {
    if (result.exitCode !== 0) throw new TerraformError(this.name, verb, result, this.logFile);
  }
}
