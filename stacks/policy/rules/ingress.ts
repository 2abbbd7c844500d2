// Who may connect from outside, and that nobody logs in over the network.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { blocksAt, isAll, isSet, valuesAt } from '../stack-facts.ts';
import type { Body } from '../stack-facts.ts';

/** One opening of a firewall of any cloud. */
interface Opening {
  readonly sources: readonly string[];
  /** `any` where the firewall does not tell protocols apart. */
  readonly protocol: string;
  readonly ports: readonly PortRange[];
}

type PortRange = readonly [first: number, last: number];

const everyPort: PortRange = [0, 65_535];
const publicPorts: readonly number[] = [80, 443];
const loginPorts: readonly number[] = [22, 3389];

/** A network so large that it is the public, whatever its owner calls it. */
function isAnyone(source: string): boolean {
  if (['*', 'internet', 'any'].includes(source.toLowerCase())) return true;
  const [, prefix] = /\/(\d+)$/.exec(source) ?? [];
  if (prefix === undefined || source.includes('${')) return false;
  const isPrivate = /^(10|127)\.|^f[cd]/i.test(source);
  return !isPrivate && Number(prefix) < (source.includes(':') ? 16 : 8);
}

const rangeText = ([first, last]: PortRange) => (first === last ? `${first}` : `${first}-${last}`);

const publicIngress = ({ sources, protocol, ports }: Opening): readonly string[] => {
  if (!sources.some(isAnyone)) return [];
  const isTcp = ['tcp', '6'].includes(protocol.toLowerCase());
  return ports
    .filter(([first, last]) => !isTcp || first !== last || !publicPorts.includes(first))
    .map((range) => `lets anyone in on ${protocol} ${rangeText(range)}`);
};

const loginIngress = ({ protocol, ports }: Opening): readonly string[] =>
  ports
    .filter(([first, last]) => loginPorts.some((port) => first <= port && port <= last))
    .filter(() => !['udp', 'icmp', '17', '1'].includes(protocol.toLowerCase()))
    .map((range) => `opens ${rangeText(range)}, which has a login behind it`);

const portRange = (from: unknown, to: unknown): PortRange =>
  typeof from === 'number' && from >= 0 ? [from, typeof to === 'number' ? to : from] : everyPort;

const texts = (body: Body, ...paths: readonly string[]) =>
  paths.flatMap((path) => valuesAt(body, path)).map(String);

function awsOpening(opening: Body): Opening {
  const protocol = texts(opening, 'ip_protocol', 'protocol')[0] ?? '-1';
  return {
    sources: texts(opening, 'cidr_ipv4', 'cidr_ipv6', 'cidr_blocks', 'ipv6_cidr_blocks'),
    protocol: protocol === '-1' ? 'any' : protocol,
    ports: [protocol === '-1' ? everyPort : portRange(opening['from_port'], opening['to_port'])],
  };
}

const parsedRange = (text: string): PortRange => {
  const [first, last = first] = text.split('-').map(Number);
  return first === undefined || Number.isNaN(first) ? everyPort : [first, last ?? first];
};

/** Without a source of any kind, a Google firewall lets everybody in. */
function googleOpenings(firewall: Body): readonly Opening[] {
  if (isAll(firewall, 'direction', 'EGRESS')) return [];
  const named = texts(firewall, 'source_tags', 'source_service_accounts');
  const ranges = texts(firewall, 'source_ranges');
  const sources = ranges.length + named.length === 0 ? ['0.0.0.0/0'] : ranges;
  return blocksAt(firewall, 'allow').map((allow) => {
    const ports = texts(allow, 'ports').map(parsedRange);
    const protocol = texts(allow, 'protocol')[0] ?? 'all';
    return { sources, protocol, ports: ports.length > 0 ? ports : [everyPort] };
  });
}

function azureOpenings(opening: Body): readonly Opening[] {
  if (!isAll(opening, 'direction', 'Inbound') || !isAll(opening, 'access', 'Allow')) return [];
  const ports = texts(opening, 'destination_port_range', 'destination_port_ranges').map(
    parsedRange,
  );
  return [
    {
      sources: texts(opening, 'source_address_prefix', 'source_address_prefixes'),
      protocol: texts(opening, 'protocol')[0] ?? '*',
      ports: ports.length > 0 ? ports : [everyPort],
    },
  ];
}

const onOpenings =
  (
    openings: (body: Body) => readonly Opening[],
    judge: (opening: Opening) => readonly string[],
  ): Judge =>
  ({ body }) =>
    openings(body).flatMap(judge);

const openingJudges = (judge: (opening: Opening) => readonly string[]) => ({
  aws_vpc_security_group_ingress_rule: onOpenings((body) => [awsOpening(body)], judge),
  aws_security_group_rule: onOpenings(
    (body) => (body['type'] === 'ingress' ? [awsOpening(body)] : []),
    judge,
  ),
  ...forTypes(
    ['aws_security_group', 'aws_default_security_group'],
    onOpenings((body) => blocksAt(body, 'ingress').map(awsOpening), judge),
  ),
  google_compute_firewall: onOpenings(googleOpenings, judge),
  azurerm_network_security_rule: onOpenings(azureOpenings, judge),
  azurerm_network_security_group: onOpenings(
    (body) => blocksAt(body, 'security_rule').flatMap(azureOpenings),
    judge,
  ),
});

export const publicIngressRule = rule({
  id: 'public-ingress',
  what: 'The public reaches TCP 443 and, to be sent there, 80',
  why: 'Every other open port is one more program that strangers may try',
  remedy: 'Name the networks or groups that need the port, or let them come through the balancer',
  judges: openingJudges(publicIngress),
});

const azureLogin = unless('lets people log in with a password', ({ body }) =>
  isAll(body, 'disable_password_authentication', true),
);

/** With OS Login, keys in the metadata of machines and projects count for nothing. */
const googleLogin = unless('accepts SSH keys of the whole project', ({ body }) =>
  ['block-project-ssh-keys', 'enable-oslogin'].some(
    (name) => String(valuesAt(body, `metadata.${name}`)[0]).toLowerCase() === 'true',
  ),
);

const serialPort = unless('answers on its serial port', ({ body }) =>
  valuesAt(body, 'metadata.serial-port-enable').every(
    (value) => !['true', '1'].includes(String(value).toLowerCase()),
  ),
);

export const remoteLoginRule = rule({
  id: 'remote-login',
  what: 'No machine has a login that is reached over the network',
  why: 'Machines are replaced, not repaired; people who must look use Session Manager, IAP or the serial log, with their own identity and a record',
  remedy: 'Remove the port, the key or the password',
  judges: {
    ...openingJudges(loginIngress),
    ...forTypes(
      ['aws_launch_template', 'aws_instance'],
      unless('has an SSH key', ({ body }) => !isSet(body, 'key_name')),
    ),
    ...forTypes(
      [
        'google_compute_instance_template',
        'google_compute_region_instance_template',
        'google_compute_instance',
      ],
      all(googleLogin, serialPort),
    ),
    ...forTypes(
      ['azurerm_linux_virtual_machine', 'azurerm_linux_virtual_machine_scale_set'],
      azureLogin,
    ),
    azurerm_orchestrated_virtual_machine_scale_set: unless(
      'lets people log in with a password',
      ({ body }) =>
        isAll(body, 'os_profile.linux_configuration.disable_password_authentication', true),
    ),
  },
});
