// Drills of people: an order, the flag, and a morning on which neither the controllers nor their authors are there.
import type { Drill, StopConditions } from './drill.ts';

const stop: StopConditions = { carefulSuccessMin: 0.9, survivorFails: true };

export const operatorDrills: readonly Drill[] = [
  {
    name: 'operator-drain',
    title: 'Drain by order',
    after: 'Route 53 ARC’s routing controls, and Google’s planned drains of a cluster.',
    purpose: 'An operator takes a healthy region out of service and gives it back.',
    hypothesis: 'The drain is as quick as a failover and nobody notices, not even simple clients.',
    strikes: [{ on: 'order', afterTtls: 0, forTtls: 5 }],
    detection: 'order',
    relapses: 0,
    expected: [
      'the order reaches one vantage and, within a beat, the others',
      'one batch gives the region weight 0; its machines still answer whoever comes',
      'the order ends by itself; the region returns in steps',
    ],
    criteria: [
      { kind: 'careful-success', share: 1 },
      { kind: 'left' },
      { kind: 'survivors-kept' },
      { kind: 'staged-return' },
      { kind: 'returned' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      'the journal: who ordered it, and why',
      'that clients with one address only lost nothing either',
    ],
    deployed: 'As it stands: the order goes to the controllers’ API, and ends by itself there.',
  },
  {
    name: 'flag-failover',
    title: 'Failover by the data plane alone: the flag',
    after:
      'Route 53 ARC’s advice to fail over by the data plane; an inverted health check on an object.',
    purpose: 'The DNS API is out of reach, and an operator wants a region left that still answers.',
    hypothesis:
      'The raised flag fails the region’s health check, the name servers leave it, and lowering it brings it back; no controller and no API takes part.',
    strikes: [
      {
        on: 'vantage',
        whom: 'every',
        fault: 'cut-api',
        afterTtls: 0,
        forTtls: 13,
        optional: true,
      },
      { on: 'flag', afterTtls: 1, forTtls: 9 },
    ],
    detection: 'native-check',
    relapses: 0,
    expected: [
      'the flag stands in the bucket of another region',
      'three checks later the name servers answer without the region',
      'the flag is lowered; three checks later the region is answered again',
    ],
    criteria: [
      { kind: 'careful-success', share: 1 },
      { kind: 'left' },
      { kind: 'survivors-kept' },
      { kind: 'changes-at-most', count: 6 },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand: null,
    lookAt: [
      'the time from the flag to the first answer without the region',
      'the term: unchanged while the API is cut; where it is not, the controllers see the flag and drain the region too',
    ],
    deployed:
      'As it stands; the cut, which only makes it harder, is left out. The flag is an object in the flag bucket and does not end by itself: whoever holds the drill lowers it, and after a crash of theirs you do (`evenkeel flag lower REGION`).',
  },
  {
    name: 'absent-controllers',
    title: 'People only: controllers and their authors are away',
    after:
      'Google’s DiRT: the premise that key people and their tools cannot be reached, and the runbook is all there is.',
    purpose:
      'Every controller is dead when a region is lost. Whoever is on call has this runbook and the flag, and may ask nobody.',
    hypothesis:
      'Route 53’s health checks leave the region without anybody; a person who follows the runbook knows within five minutes what stands and what not to touch.',
    strikes: [
      { on: 'vantage', whom: 'every', fault: 'kill', afterTtls: 0, forTtls: 14 },
      { on: 'region', whom: 'struck', fault: 'isolate', afterTtls: 1, forTtls: 12 },
    ],
    detection: 'native-check',
    relapses: 0,
    expected: [
      'status answers nothing; DNS answers on',
      'after three failed checks the name servers leave the region by themselves',
      'the person raises the flag of the region, so that it does not return while nobody watches, and lowers it when told that the region is well',
      'the controllers are back and find the zone as they left it',
    ],
    criteria: [
      { kind: 'careful-success', share: 1 },
      { kind: 'survivors-kept' },
      { kind: 'rolled-back' },
    ],
    stop,
    byHand:
      'Without asking anybody who wrote the controllers: say which region is lost and who serves its users; raise and lower its flag (`evenkeel flag raise REGION`, `evenkeel flag lower REGION`); write down every sentence of the runbook that was not enough.',
    lookAt: [
      'the time from the loss to a person’s right sentence about it',
      'what people reached for first, and whether it was there',
    ],
    deployed:
      'Stop the controller at each vantage (`systemctl stop evenkeel`), then raise the flag of the region by hand; no order stops controllers.',
  },
];
