// Where checkov asks for what would be wrong or of no use here, with the reason; whatever is not listed must pass.

export interface CheckovException {
  readonly checks: readonly string[];
  /** Of constructs; never with the id of a region, which is the fleet's to choose. */
  readonly paths: RegExp;
  readonly reason: string;
  /** The check goes by what texts look like, so that a changed text may pass it. */
  readonly isByChance?: true;
}

const aws: readonly CheckovException[] = [
  {
    checks: ['CKV2_AWS_10', 'CKV_AWS_252'],
    paths: /\/audit\/trail$/,
    reason:
      'The trail is evidence, kept under object lock where nobody can shorten it; nothing watches a second copy in a log group or a message per file, and alarms come from metrics',
  },
  {
    checks: ['CKV2_AWS_19'],
    paths: /\/(balancer\/address-\d+|door\/address)$/,
    reason:
      'The addresses belong to network balancers, through their subnet mappings, not to machines',
  },
  {
    checks: ['CKV2_AWS_23'],
    paths: /^peers\/address-/,
    reason:
      'The records lead to addresses in other stacks and other clouds, which arrive as variables',
  },
  {
    checks: ['CKV2_AWS_32'],
    paths: /^edge\/distribution\/pages$/,
    reason: "It has one: AWS's own policy with security headers, named by its id",
  },
  {
    checks: ['CKV2_AWS_47'],
    paths: /^edge\/distribution\/pages$/,
    reason:
      'The rule group that knows Log4j is in the firewall; the check also wants one that blocks anonymous networks, from which hospitals may come, and no Java runs here',
  },
  {
    checks: ['CKV_AWS_86'],
    paths: /^edge\/distribution\/pages$/,
    reason:
      'Access logs are delivered to an encrypted log group, the newer way that the check does not know',
  },
  {
    checks: ['CKV_AWS_305', 'CKV_AWS_310', 'CKV_AWS_374'],
    paths: /^edge\/distribution\/pages$/,
    reason:
      'The service itself answers "/"; its one name is what fails over between regions, faster than an origin group; and clinicians travel',
  },
  {
    checks: ['CKV_AWS_285'],
    paths: /^pipelines\/spark-submission\/machine$/,
    reason:
      'Its history is logged, without the data of the runs: arguments and answers of jobs say whose pictures they read',
  },
  {
    checks: ['CKV2_AWS_38'],
    paths: /^zone\/zone$/,
    reason:
      'With DNSSEC, a missed change of keys at the parent makes every answer invalid at once, in all regions: the outage this fleet exists to prevent. The transport is protected by certificates',
  },
  {
    checks: ['CKV2_AWS_57'],
    paths: /\/sign-in$/,
    reason:
      "It holds the secret of a client at the hospital's identity provider, which only its administrators can change",
  },
  {
    checks: ['CKV2_AWS_6', 'CKV_AWS_54', 'CKV_AWS_56', 'CKV_AWS_70', 'CKV_AWS_145', 'CKV_AWS_144'],
    paths: /\/flags\//,
    reason:
      "Flags must be readable by Route 53's health checkers, which have no identity and no key: they say only that a region is to be left, and one place must decide",
  },
  {
    checks: ['CKV2_AWS_62'],
    paths: /\/bucket$/,
    reason:
      'Notifications are for those who act on them; what must be noticed is in the audit trail or an alarm',
  },
  {
    checks: ['CKV_AWS_144'],
    paths: /(\/log|access-log|\/audit\/bucket)\/bucket$/,
    reason:
      'Records of what happened are read where it happened, and their loss takes no service down; data is replicated',
  },
  {
    checks: ['CKV_AWS_144'],
    paths: /^(observability\/monitoring\/files|vantage-[^/]+\/artifacts)\/bucket$/,
    reason: 'Holds copies of releases and settings that a deployment writes again',
  },
  {
    checks: ['CKV_AWS_145'],
    paths: /(\/log|access-log)\/bucket$/,
    reason:
      'S3 and the balancers deliver access logs only to buckets encrypted with the key of S3 itself',
  },
  {
    checks: ['CKV_AWS_18'],
    paths: /(\/log|access-log)\/bucket$/,
    reason: 'It is where the access logs go: logging itself would never end',
  },
  {
    checks: ['CKV_AWS_18'],
    paths: /(-copy|\/copy)\/bucket$/,
    reason:
      'Copies are written by replication and read by nobody until their origin is lost; access logs would have to go to yet another bucket of that place',
  },
  {
    checks: ['CKV_AWS_18'],
    paths: /^observability\/monitoring\/files\/bucket$/,
    reason: 'Holds settings and published tools, read by one machine at its start',
  },
  {
    checks: ['CKV_AWS_272'],
    paths: /^pipelines\/(front|sweep)\/function$/,
    reason:
      'The functions are images named by their digest; AWS checks signatures of archives only',
  },
  {
    checks: ['CKV_AWS_309'],
    paths: /^pipelines\/api\/post-auth$/,
    reason:
      'It is where callers get their authorization: the function checks the credentials they bring',
  },
  {
    checks: ['CKV_AWS_394'],
    paths: /\/network\/zones$/,
    reason:
      'The first zones by name are taken, so that one that AWS adds, with a later letter, changes nothing; zones that must be asked for are left out',
  },
  {
    checks: ['CKV_AWS_46'],
    paths: /\/template\/template$/,
    reason:
      'Settings stand in first-boot programs as base64, some by chance as long as a key; what they say is scanned after decoding (synthesis.test.ts)',
    isByChance: true,
  },
  {
    checks: ['CKV_AWS_91'],
    paths: /^vantage-[^/]+\/door\/balancer$/,
    reason:
      'It passes TCP on to a controller, which notes each request itself; access logs of network balancers cover TLS listeners only',
  },
];

const azure: readonly CheckovException[] = [
  {
    checks: ['CKV2_AZURE_1'],
    paths: /^vantage-[^/]+\/(account|flows\/account)$/,
    reason:
      'Holds releases and records of traffic, no data of patients; encrypted twice with keys of Azure',
  },
  {
    checks: ['CKV2_AZURE_21'],
    paths: /\/(artifacts|models|uploads)$/,
    reason:
      'Reads of regions are noted by a diagnostic setting, which the check does not know; a vantage holds releases only',
  },
  {
    checks: ['CKV_AZURE_33'],
    paths: /\/account$/,
    reason: 'The accounts hold blobs; there are no queues in them to be logged',
  },
  {
    checks: ['CKV2_AZURE_33'],
    paths: /(\/flows|^vantage-[^/]+)\/account$/,
    reason:
      'Network Watcher writes as a trusted service, and a vantage reads through the service endpoint of its subnet; every other network is denied',
  },
  {
    checks: ['CKV_AZURE_59'],
    paths: /\/account$/,
    reason:
      'No container can be made public, and networks are denied but those of the machines and, for a deployment, the addresses that its deployer names',
  },
  {
    checks: ['CKV2_AZURE_40', 'CKV2_AZURE_41'],
    paths: /\/flows\/account$/,
    reason:
      'Network Watcher writes flow logs with a key of the account, and azurerm 4.55 cannot give it an identity; no signature is handed out',
  },
  {
    checks: ['CKV_AZURE_206'],
    paths: /(\/flows|^vantage-[^/]+)\/account$/,
    reason:
      'Kept in three zones of its location; what is lost with the location is written again or belongs to it',
  },
  {
    checks: ['CKV_AZURE_112'],
    paths: /-key\/key$/,
    reason:
      'The standard tier keeps keys in software validated to FIPS 140-2 level 1, as Google Cloud does here; nothing that binds this service asks for more',
  },
  {
    checks: ['CKV_AZURE_40'],
    paths: /-key\/key$/,
    reason:
      'The keys rotate every 90 days; an end date would lock machines and stores out of their own data',
  },
];

const google: readonly CheckovException[] = [
  {
    checks: ['CKV_GCP_62'],
    paths: /\/bucket$/,
    reason:
      "Access to objects is noted by the project's audit log for storage, which the check does not know, and which Google recommends instead",
  },
  {
    checks: ['CKV_GCP_82'],
    paths: /^spark-[^/]+\/key\/key$/,
    reason:
      'Encrypts scratch data that a batch leaves behind for days; what it was made from is protected in the regions',
  },
];

export const checkovExceptions: readonly CheckovException[] = [...aws, ...azure, ...google];
