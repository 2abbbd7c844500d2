// Carries out one verb over the chosen stacks, one after another: what is given, planned, agreed, applied and recorded.
import { isInputError } from '../fleet/errors.ts';
import type { FailoverPlan } from '../fleet/failover-plan.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { FleetManifest, StackEntry } from '../fleet/fleet-manifest.ts';
import {
  outputsOf,
  publicOutputs,
  readRecord,
  withStack,
  withoutStack,
  writeRecord,
} from './deployment-record.ts';
import type { DeploymentRecord, StackRecord } from './deployment-record.ts';
import { planSummary, summaryLines } from './plan-summary.ts';
import { requireNoProtectedLoss, requirePublicOutputs } from './refusals.ts';
import type { ReleaseChoice } from './release-choice.ts';
import { StackFolder } from './stack-folder.ts';
import type { Workshop } from './stack-folder.ts';
import { requireParameters, requireState, stackValues, stateStack } from './stack-values.ts';
import {
  forgetStateOnDisk,
  moveIntoBucket,
  moveOutOfBucket,
  openStateStack,
} from './state-home.ts';

export interface Site {
  readonly fleet: Fleet;
  readonly manifest: FleetManifest;
  readonly plan: FailoverPlan;
  readonly workshop: Workshop;
  readonly recordFile: string;
  readonly choice: ReleaseChoice;
  /** Names of the parameters that the deployer sets. */
  readonly given: ReadonlySet<string>;
  readonly say: (line: string) => void;
  readonly agree: (question: string) => Promise<boolean>;
}

export type Outcome = 'done' | 'declined';

/** Two stacks that know each other settle in two passes; a third one shows that nothing changes any more. */
const passesMax = 4;

export class Deployment {
  readonly #site: Site;
  #record: DeploymentRecord;

  constructor(site: Site) {
    this.#site = site;
    this.#record = readRecord(site.recordFile);
  }

  /** What would be done, as far as it can be known: a stack whose values do not exist yet is only named. */
  async plan(chosen: readonly StackEntry[]): Promise<Outcome> {
    for (const entry of chosen) {
      try {
        const folder = this.#folder(entry);
        folder.giveValues(this.#values(entry));
        await this.#open(entry, folder);
        await this.#planned(entry, folder, false).finally(() => folder.forgetPlan());
      } catch (error) {
        if (!isInputError(error) || !waitingCodes.has(error.code)) throw error;
        this.#site.say(`${entry.name}: cannot be planned yet. ${error.message}`);
      }
    }
    return 'done';
  }

  /** Builds, and repeats for stacks whose values have changed through the building of others, until none has. */
  async deploy(chosen: readonly StackEntry[]): Promise<Outcome> {
    for (const entry of chosen)
      requireParameters(entry, this.#folder(entry).declaredVariables, this.#site);
    const applied = new Map<string, string>();
    const others = this.#site.manifest.stacks.filter((entry) => !chosen.includes(entry));
    const before = new Map(others.map((entry) => [entry.name, this.#valuesText(entry)]));
    for (let pass = 1; pass <= passesMax; pass += 1) {
      const due = chosen.filter((e) => applied.get(e.name) !== this.#valuesText(e));
      if (due.length === 0) {
        const stale = others.filter((e) => before.get(e.name) !== this.#valuesText(e));
        if (stale.length > 0)
          this.#site.say(`To apply as well, because of what changed: ${namesOf(stale)}`);
        return 'done';
      }
      if (pass > 1) this.#site.say(`Pass ${pass}, with values that came late: ${namesOf(due)}`);
      for (const entry of due) {
        const values = this.#values(entry);
        if ((await this.#build(entry, values)) === 'declined') return 'declined';
        applied.set(entry.name, textOf(values));
      }
    }
    throw new Error(`values still change after ${passesMax} passes: two stacks chase each other`);
  }

  async destroy(chosen: readonly StackEntry[]): Promise<Outcome> {
    for (const entry of chosen) {
      if (this.#record.stacks[entry.name] === undefined)
        this.#site.say(`${entry.name}: was never built, by the record`);
      else if ((await this.#takeAway(entry)) === 'declined') return 'declined';
    }
    return 'done';
  }

  async #build(entry: StackEntry, values: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const folder = this.#folder(entry);
    folder.giveValues(values);
    const isOnDisk = await this.#open(entry, folder);
    if ((await this.#change(entry, folder, false)) === 'declined') return 'declined';
    if (isOnDisk) await moveIntoBucket(folder);
    const outputs = publicOutputs(entry.name, await folder.outputs());
    this.#remember(this.#with(entry, { outputs }));
    return 'done';
  }

  async #takeAway(entry: StackEntry): Promise<Outcome> {
    const folder = this.#folder(entry);
    folder.giveValues(this.#values(entry));
    await this.#open(entry, folder);
    if ((await this.#change(entry, folder, true)) === 'declined') return 'declined';
    if (entry.name === stateStack) forgetStateOnDisk(folder);
    this.#remember(withoutStack(this.#record, entry.name));
    return 'done';
  }

  /** Planned, shown, agreed, and then exactly that. */
  async #change(entry: StackEntry, folder: StackFolder, isDestroy: boolean): Promise<Outcome> {
    const { manifest, agree, say } = this.#site;
    try {
      const { isEmpty } = await this.#planned(entry, folder, isDestroy);
      if (isEmpty) return 'done';
      const verb = isDestroy ? 'Destroy' : 'Apply';
      if (!(await agree(`${verb} this: ${entry.name} of ${manifest.environment}?`)))
        return 'declined';
      if (isDestroy && entry.name === stateStack) await leaveBucket(folder);
      this.#begin(entry);
      await folder.apply();
      say(`${entry.name}: ${isDestroy ? 'destroyed' : 'applied'}`);
      return 'done';
    } finally {
      folder.forgetPlan();
    }
  }

  /** True when the state is on disk for now. */
  async #open(entry: StackEntry, folder: StackFolder): Promise<boolean> {
    if (entry.name === stateStack) return openStateStack(folder);
    await folder.init();
    return false;
  }

  async #planned(entry: StackEntry, folder: StackFolder, isDestroy: boolean) {
    const { manifest, say } = this.#site;
    const plan = await folder.plan(isDestroy);
    const summary = planSummary(plan);
    say(`${entry.name}: ${summaryLines(summary).join('\n')}`);
    requirePublicOutputs(entry.name, plan);
    requireNoProtectedLoss(manifest, entry, summary);
    return summary;
  }

  #folder({ name }: StackEntry): StackFolder {
    return new StackFolder(name, this.#site.workshop);
  }

  #values(entry: StackEntry): Readonly<Record<string, unknown>> {
    const { fleet, manifest, plan, choice, given } = this.#site;
    const outputs = outputsOf(this.#record);
    requireState(entry, manifest, outputs);
    const declared = this.#folder(entry).declaredVariables;
    return stackValues(entry, declared, { fleet, plan, outputs, choice, given });
  }

  /** Equal texts mean equal values; what cannot be told yet is equal to itself. */
  #valuesText(entry: StackEntry): string {
    try {
      return textOf(this.#values(entry));
    } catch (error) {
      if (isInputError(error)) return error.code;
      throw error;
    }
  }

  /** Before anything is made: if this run dies, the record knows that something of the stack may exist. */
  #begin(entry: StackEntry): void {
    const outputs = this.#record.stacks[entry.name]?.outputs ?? {};
    this.#remember(this.#with(entry, { outputs, isUnfinished: true }));
  }

  #with(entry: StackEntry, built: StackRecord): DeploymentRecord {
    const record = withStack(this.#record, entry.name, built);
    const takesRelease = entry.parameters.some((name) => name.startsWith('release_'));
    return takesRelease ? { stacks: record.stacks, ...this.#site.choice } : record;
  }

  #remember(record: DeploymentRecord): void {
    this.#record = record;
    writeRecord(this.#site.recordFile, record);
  }
}

/** A plan belongs to the state that it was made from, so it is made anew where the state has moved. */
async function leaveBucket(folder: StackFolder): Promise<void> {
  await moveOutOfBucket(folder);
  await folder.plan(true);
}

/** What keeps a stack from being planned before others are applied; anything else is a fault of the request. */
const waitingCodes = new Set(['missing-handoff', 'not-applied-yet']);

const namesOf = (stacks: readonly StackEntry[]) => stacks.map(({ name }) => name).join(', ');
const textOf = (values: Readonly<Record<string, unknown>>) => JSON.stringify(values);
