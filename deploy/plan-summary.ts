// A Terraform plan in a few lines that people read: how many, and by name what is replaced or destroyed and why.

/** The parts of `terraform show -json` that are read here (format version 1). */
export interface PlanJson {
  /** False when applying would change nothing. */
  readonly applyable?: boolean;
  readonly resource_changes?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly planned_values?: {
    readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean }>>;
  };
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly mode?: 'managed' | 'data';
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    /** Paths of the arguments that cannot be changed in place. */
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

export interface Loss {
  readonly address: string;
  readonly type: string;
  readonly kind: 'replace' | 'destroy';
  readonly because: string;
}

export interface PlanSummary {
  readonly isEmpty: boolean;
  readonly created: number;
  readonly changed: number;
  readonly losses: readonly Loss[];
  readonly changedOutputs: readonly string[];
}

const sameActions = (change: ResourceChange, ...actions: readonly string[]) =>
  change.change.actions.length === actions.length &&
  actions.every((action) => change.change.actions.includes(action));

export function planSummary(plan: PlanJson): PlanSummary {
  const all = plan.resource_changes ?? [];
  const losses = all.flatMap((change) => lossOf(change));
  const created = all.filter((change) => sameActions(change, 'create')).length;
  const changed = all.filter((change) => sameActions(change, 'update')).length;
  const changedOutputs = Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => actions.some((action) => action !== 'no-op'))
    .map(([name]) => name)
    .sort();
  const counted = created + changed + losses.length + changedOutputs.length;
  return { isEmpty: !(plan.applyable ?? counted > 0), created, changed, losses, changedOutputs };
}

function lossOf(change: ResourceChange): Loss[] {
  const { address, type } = change;
  const because = reasonOf(change);
  if (sameActions(change, 'create', 'delete')) return [{ address, type, kind: 'replace', because }];
  if (sameActions(change, 'delete')) return [{ address, type, kind: 'destroy', because }];
  return [];
}

/** Terraform's words for why, from https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
const reasons: Readonly<Record<string, string>> = {
  replace_because_cannot_update: 'cannot be changed in place',
  replace_because_tainted: 'its creation had failed',
  replace_by_request: 'asked for',
  replace_by_triggers: 'something it follows is replaced',
  delete_because_no_resource_config: 'no longer in the stack',
  delete_because_no_module: 'no longer in the stack',
  delete_because_wrong_repetition: 'no longer in the stack',
  delete_because_count_index: 'fewer are wanted',
  delete_because_each_key: 'its key is gone',
};

function reasonOf({ action_reason: reason, change }: ResourceChange): string {
  const paths = (change.replace_paths ?? []).map((path) => path.join('.'));
  return [reasons[reason ?? ''] ?? '', paths.join(', ')].filter((part) => part !== '').join(': ');
}

const losesMax = 40;

/** e.g. `12 to create, 1 to change, 1 to replace, 0 to destroy` and a line for each loss. */
export function summaryLines({ isEmpty, created, changed, losses, changedOutputs }: PlanSummary) {
  if (isEmpty) return ['no changes'];
  const of = (kind: Loss['kind']) => losses.filter((loss) => loss.kind === kind);
  const counts = `${created} to create, ${changed} to change, ${of('replace').length} to replace, ${of('destroy').length} to destroy`;
  const named = [...of('destroy'), ...of('replace')].map(
    ({ kind, address, because }) => `  ${kind} ${address}${because === '' ? '' : ` (${because})`}`,
  );
  const hidden = named.length - losesMax;
  return [
    counts,
    ...named.slice(0, losesMax),
    ...(hidden > 0 ? [`  and ${hidden} more: see the log`] : []),
    ...(changedOutputs.length > 0 ? [`  outputs: ${changedOutputs.join(', ')}`] : []),
  ];
}
