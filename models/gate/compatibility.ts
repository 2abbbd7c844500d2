// Whether whoever uses the incumbent can use the candidate unchanged, and whether the candidate claims something new. Pure.
import type { BundleManifest } from '../bundle/manifest.ts';
import type { Check } from './gate-report.ts';

type Contract = Pick<
  BundleManifest,
  'task' | 'label' | 'input' | 'outputs' | 'validation' | 'grades'
>;

/** What a caller relies on, by the words in which a change is told. */
const contractOf = ({
  task,
  label,
  input,
  outputs,
  grades,
}: Contract): ReadonlyMap<string, string> =>
  new Map([
    ['task', task],
    ['label', label],
    ['input kind', input.kind],
    ['input tensor', input.tensor],
    [
      'input shape',
      input.kind === 'image'
        ? `${input.channels} x ${input.height} x ${input.width}`
        : input.columns.join(', '),
    ],
    ...(grades === undefined ? [] : [['grades', grades.names.join(', ')] as const]),
    ...Object.entries(outputs).map(([name, tensor]) => [`output ${name}`, tensor] as const),
  ]);

/** What the incumbent promised and the candidate does not keep. */
export function breakingChanges(candidate: Contract, incumbent: Contract): readonly string[] {
  const now = contractOf(candidate);
  return [...contractOf(incumbent)]
    .filter(([what, before]) => now.get(what) !== before)
    .map(([what, before]) => `${what}: "${before}" becomes "${now.get(what) ?? '(gone)'}"`);
}

/** What the candidate claims and the incumbent never did. */
export function newCapabilities(candidate: Contract, incumbent: Contract): readonly string[] {
  const before = contractOf(incumbent);
  const claims = [...contractOf(candidate)].filter(
    ([what]) => what === 'task' || what === 'label' || what.startsWith('output '),
  );
  return claims
    .filter(([what, now]) =>
      what.startsWith('output ') ? !before.has(what) : before.get(what) !== now,
    )
    .map(([what, now]) => `${what} "${now}"`);
}

/**
 * | change         | validation set                                       | outcome |
 * |----------------|------------------------------------------------------|---------|
 * | none           |                                                      | pass    |
 * | breaking       | any                                                  | held    |
 * | new capability | a new one, named by the candidate and measured here  | pass    |
 * | new capability | the incumbent's, or none, or not the one measured    | held    |
 */
export function compatibilityChecks(
  candidate: Contract,
  incumbent: Contract,
  setSha256: string,
): readonly Check[] {
  const broken = breakingChanges(candidate, incumbent);
  const claimed = newCapabilities(candidate, incumbent);
  const isNewSet =
    candidate.validation?.setSha256 === setSha256 && incumbent.validation?.setSha256 !== setSha256;
  return [
    {
      name: 'Schema',
      outcome: broken.length === 0 ? 'pass' : 'held',
      measured: null,
      limit: null,
      said: broken.length === 0 ? 'nothing that callers rely on changes' : broken.join('; '),
    },
    {
      name: 'Capabilities',
      outcome: claimed.length === 0 || isNewSet ? 'pass' : 'held',
      measured: null,
      limit: null,
      said:
        claimed.length === 0
          ? 'none is new'
          : `${claimed.join('; ')}: ${isNewSet ? 'measured on a validation set of its own' : 'new, and not measured on a validation set that the manifest names and the incumbent did not have'}`,
    },
  ];
}
