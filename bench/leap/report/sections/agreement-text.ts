// How many figures of the lab were said beforehand, by the simulator and by the closed forms, and which were not.
import { markdownTable } from '../../../markdown-table.ts';
import { isAgreement } from '../../gate.ts';
import type { Compared } from '../figures/agreement-figure.ts';
import { codeText, secondsText } from '../figure-texts.ts';

/** A closed form has no error of its own. */
const isExpected = ({ labSeconds, labErrorSeconds, expectedSeconds }: Compared): boolean =>
  expectedSeconds !== null && isAgreement(labSeconds, expectedSeconds, labErrorSeconds);

export function agreementText(compared: readonly Compared[]): string {
  if (compared.length === 0) return 'No run of the lab was compared with the simulator.';
  const agreeing = compared.filter(({ agrees }) => agrees).length;
  const spoken = compared.filter(({ expectedSeconds }) => expectedSeconds !== null);
  const expected = spoken.filter(isExpected).length;
  const sentence =
    `Of ${compared.length} means of an arm, a client and a TTL over all resolvers the simulator agrees with ${agreeing}. ` +
    `Of the ${spoken.length} that a closed form speaks of, it agrees with ${expected}.`;
  const others = compared.filter(
    (one) => !one.agrees || (one.expectedSeconds !== null && !isExpected(one)),
  );
  if (others.length === 0) return sentence;
  const rows = others.map((one) => [
    codeText(one.arm),
    codeText(one.client),
    String(one.ttlSeconds),
    `${secondsText(one.labSeconds)} ± ${secondsText(one.labErrorSeconds)}`,
    predictedText(one.simulatedSeconds, one.agrees),
    predictedText(one.expectedSeconds, isExpected(one)),
  ]);
  const head = [
    'arm',
    'client',
    'TTL, s',
    'lab, s ± standard error',
    'simulator, s',
    'closed form, s',
  ];
  return `${sentence} Those that differ:\n\n${markdownTable(head, rows)}`;
}

const predictedText = (seconds: number | null, isWithin: boolean): string =>
  seconds === null ? '' : `${secondsText(seconds)}${isWithin ? '' : ' (differs)'}`;
