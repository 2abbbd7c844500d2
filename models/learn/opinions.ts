// What several readers said of one film becomes one label, or none. Pure.

/** What a reader says of a reading. `shows` is given when the reader names what the film shows. */
export type Opinion = 'agree' | 'disagree' | 'relabel';

export const shown = ['present', 'absent', 'unreadable'] as const;
/** Of the model's finding, in the film; or that nobody could tell from this film. */
export type Shown = (typeof shown)[number];

/** 1: the film shows the finding, 0: it does not. */
export type Label = 0 | 1;

export type Verdict =
  | { readonly kind: 'labelled'; readonly label: Label; readonly votes: number }
  /** As many for as against, or too few of one mind: ask another reader. */
  | { readonly kind: 'unresolved' }
  /** More readers than not say that the film cannot be judged: ask nobody. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'unasked' };

/** One voice for each opinion; more than half of all voices decide, ties decide nothing. */
export function combined(
  voices: readonly Shown[],
  { votesMin }: { readonly votesMin: number },
): Verdict {
  if (voices.length === 0) return { kind: 'unasked' };
  for (const choice of shown) {
    const votes = voices.filter((voice) => voice === choice).length;
    if (2 * votes <= voices.length) continue;
    if (choice === 'unreadable') return { kind: 'unreadable' };
    return votes >= votesMin
      ? { kind: 'labelled', label: choice === 'present' ? 1 : 0, votes }
      : { kind: 'unresolved' };
  }
  return { kind: 'unresolved' };
}

/**
 * The grade that more than half of all voices give, those that give none among them: it can then not contradict the label, which more
 * than half of them decide too. Null where there is no such grade.
 */
export function commonGrade(
  voices: readonly (string | null)[],
  { votesMin }: { readonly votesMin: number },
): string | null {
  const votesFor = (grade: string) => voices.filter((voice) => voice === grade).length;
  const common = voices.find((voice) => voice !== null && 2 * votesFor(voice) > voices.length);
  return common && votesFor(common) >= votesMin ? common : null;
}
