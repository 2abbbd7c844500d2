// Where things lie in the lake: everything about a film under its own hash, so that it can be found and forgotten as one.

const hash = /^[0-9a-f]{64}$/;

export const isHash = (text: string): boolean => hash.test(text);

export const consentPrefix = 'lake/consents/';
export const withdrawalPrefix = 'lake/withdrawals/';
export const filmPrefix = 'lake/films/';
export const readingPrefix = 'lake/readings/';

/** `film` is the SHA-256 of the bytes that lie here. */
export const filmKey = (film: string): string => `${filmPrefix}${film}`;
export const readingsOf = (film: string): string => `${readingPrefix}${film}/`;
export const readingKey = (film: string, model: string, version: string): string =>
  `${readingsOf(film)}${model}/${version}.json`;
export const feedbackOf = (film: string): string => `lake/feedback/${film}/`;
export const feedbackKey = (film: string, id: string): string => `${feedbackOf(film)}${id}.json`;
export const consentsOf = (film: string): string => `${consentPrefix}${film}/`;
/** By the hash of the token: whoever reads the lake can withdraw nothing. */
export const consentKey = (film: string, tokenSha256: string): string =>
  `${consentsOf(film)}${tokenSha256}.json`;
/** Which film a study is of. */
export const studyLinkKey = (study: string): string => `lake/studies/${study}.json`;
export const withdrawalKey = (film: string): string => `${withdrawalPrefix}${film}.json`;
