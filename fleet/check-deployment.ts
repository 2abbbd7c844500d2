// Judges what was built against the fleet it was built for: each region needs its addresses and its health check.
import { InputError } from './errors.ts';
import type { ErrorParts } from './errors.ts';
import type { Deployment, Fleet } from './fleet.ts';

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}$`);

/** Returns the deployment, or throws an `InputError` 'wrong-deployment' that names the first fault. */
export function checkedDeployment(fleet: Fleet, deployment: Deployment): Deployment {
  const [fault] = deploymentFaults(fleet, deployment);
  if (fault === undefined) return deployment;
  throw new InputError('wrong-deployment', fault);
}

export function deploymentFaults(fleet: Fleet, deployment: Deployment): readonly ErrorParts[] {
  const remedy = 'Write the deployment file anew from what was built';
  const all = fleet.regions.flatMap(({ id }) => deployment.addresses[id] ?? []);
  const counts = fleet.regions.filter(
    ({ id, addressCount }) => (deployment.addresses[id] ?? []).length !== addressCount,
  );
  const unchecked = fleet.regions.filter(({ id }) => deployment.healthCheckIds[id] === undefined);
  return [
    ...counts.map(({ id, addressCount }) => ({
      found: `Region ${id} has ${(deployment.addresses[id] ?? []).length} addresses where the fleet says ${addressCount}`,
      why: 'An address that is not published serves nobody, and a region without one cannot be answered for',
      remedy,
    })),
    ...all
      .filter((address) => !ipv4.test(address))
      .map((address) => ({
        found: `"${address}" is not an IPv4 address`,
        why: 'It becomes the value of an A record',
        remedy,
      })),
    ...all
      .filter((address, i) => all.indexOf(address) !== i)
      .map((address) => ({
        found: `The address ${address} stands twice`,
        why: 'Whose region it is decides whether it may be published',
        remedy: 'Give each region addresses of its own',
      })),
    ...unchecked.map(({ id }) => ({
      found: `Region ${id} has no health check`,
      why: 'Route 53 leaves a dead region by itself only through the check attached to its record',
      remedy,
    })),
    ...(deployment.hostedZoneId !== ''
      ? []
      : [
          {
            found: 'The deployment names no hosted zone',
            why: 'Changes are made to one zone only, named by its id',
            remedy,
          },
        ]),
    ...(deployment.nameServers.length > 0
      ? []
      : [
          {
            found: 'The deployment names no authoritative server',
            why: 'A change counts as done only when every one of them answers with it',
            remedy: 'List them as host:port',
          },
        ]),
  ];
}
