// Where a rule does not hold, and why that is right. An exception that no longer excuses anything refuses the synthesis too.
import type { RuleId } from './rules.ts';

export interface Exception {
  readonly rule: RuleId;
  /** Of constructs, e.g. /\/pages\/bucket$/; never with the id of a region, which is the fleet's to choose. */
  readonly paths: RegExp;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    rule: 'named-resources',
    paths: /\/machine-role\/rights$/,
    reason:
      "Session Manager registers an instance before anything about it could be named; the same action on the same resource is in AWS's own AmazonSSMManagedInstanceCore",
  },
  {
    rule: 'public-ingress',
    paths: /\/network\/machines-rules\/requests$/,
    reason:
      "Azure's standard balancer keeps the caller's address and has its group judge the port behind it; in front, the balancer answers on 443 alone and the machines have no public address",
  },
  {
    rule: 'remote-login',
    paths: /^spark-[^/]+\/cluster-talk$/,
    reason:
      'The machines of one cluster speak with each other on ports that Spark chooses; only the identity of that cluster may, and the rules of the region deny all others',
  },
  {
    rule: 'public-bucket',
    paths: /\/flags\/bucket$/,
    reason:
      "Route 53's health checkers have no identity: the flag that lets an operator fail over without any control plane must be readable by them, and so by everyone; it says only that a region is to be left",
  },
  {
    rule: 'aws-public-principal',
    paths: /\/flags\/policy$/,
    reason:
      'As above: reading objects below flags/ is all that is granted, and everything else in the bucket stays closed',
  },
  {
    rule: 'no-long-lived-keys',
    paths: /\/flows\/account$/,
    reason:
      'Flow logs are written by Network Watcher, whose identity azurerm 4.55 cannot set, so the account must take keys; nobody is given one',
  },
  {
    rule: 'versioned-bucket',
    paths: /\/flows\/account$/,
    reason: 'Its blobs are rewritten each minute while they grow; versions would only repeat them',
  },
  {
    rule: 'protected-data',
    paths: /^spark-[^/]+\/(key|staging)\//,
    reason:
      'Holds copies that a batch works on, for some days; what they were made from is protected in the regions',
  },
  {
    rule: 'aws-public-principal',
    paths: /\/endpoints\/s3$/,
    reason:
      'A ceiling that grants nothing: it lets machines read packages and image layers, which AWS keeps in buckets of its own accounts',
  },
  {
    rule: 'named-resources',
    paths: /\/gpu\/rights$/,
    reason:
      'The agent of ECS asks where to report before it belongs to a cluster; that one action knows no resources (service authorization reference of Amazon ECS)',
  },
];
