// What checkov finds and we leave as it is, each with its reason. A check that is not named here must pass.

export const checkovExceptions: Readonly<Record<string, string>> = {
  CKV2_AWS_62:
    'Nobody waits for events of these buckets: work is announced by the jobs table and its queue.',
  CKV_AWS_18:
    'Log buckets cannot note accesses to themselves, copies are read by nobody until their original is lost, and tools are public programs.',
  CKV_AWS_144:
    'What must outlive a location is copied (state, uploads, models, releases); copies of copies, logs and flags are not.',
  CKV_AWS_145:
    'Balancers and S3 itself deliver logs only under the key of S3; Route 53’s checkers must read flags without a right to any key.',
  CKV_AWS_54:
    'The flag bucket: Route 53’s checkers have no identity, so objects below flags/ are for everyone.',
  CKV_AWS_56: 'The flag bucket, as above.',
  CKV_AWS_70: 'The flag bucket, as above; reading flags/ is all that is granted.',
  CKV2_AWS_6: 'The flag bucket, as above.',
  CKV_GCP_62:
    'Cloud Audit Logs note every data access of these buckets; the older usage logs would need a bucket that is open to a group of Google’s.',
  CKV_AZURE_59:
    'Closed by network rules with default deny; public endpoints stay switched on for the listed addresses of deployers.',
  CKV_AZURE_33: 'There are no queues in these accounts.',
  CKV2_AZURE_21:
    'Diagnostic settings send blob reads to Log Analytics; the classic logging is its predecessor.',
  CKV_AZURE_206:
    'Three zones (ZRS) for code and flow logs; data is in a second location too (GZRS) where it is protected.',
  CKV2_AZURE_33:
    'Data has a private endpoint. Code of vantages is reached by a service endpoint of their subnet, flow logs by nobody.',
  CKV2_AZURE_40:
    'Flow logs are written with account keys, because azurerm 4.55 cannot give their writer an identity; every other account refuses keys.',
  CKV2_AZURE_41: 'No shared access signatures are made: shared keys are off.',
  CKV2_AZURE_1: 'Code and flow logs of vantages are under Azure’s own key; data is under ours.',
  CKV_AZURE_112:
    'Software-protected keys suffice for research software; HSM keys are one word away where a law asks for them.',
  CKV_AZURE_40: 'A key that expires takes disks and objects with it; keys rotate instead.',
  CKV2_AWS_19:
    'The addresses belong to balancers and NAT gateways, which this check does not know; no machine has a public address.',
  CKV2_AWS_23: 'The records point to addresses in three clouds; checkov knows AWS’s only.',
  CKV_AWS_394:
    'Subnets ignore later shifts in the order of zones (lifecycle), which is what pinning is for.',
  CKV_AWS_272: 'Functions run from images by digest, which are what code signing would establish.',
  CKV_AWS_309: '/auth is where tokens come from, so it cannot ask for one; it is throttled.',
  CKV_AWS_46: 'A false alarm: settings are in base64, and none of them is a secret.',
  CKV_AWS_91:
    'The door of a vantage passes observations of its two peers on; flow logs have every connection.',
  CKV_AWS_252:
    'A message for each delivered file would be read by nobody; the files are kept and validated.',
  CKV_GCP_82: 'The keys of Spark’s working copies may go with their stack; those of data may not.',
  CKV_AWS_86:
    'Logs of the distribution go through CloudWatch’s delivery (version 2), which this check does not know.',
  CKV_AWS_374: 'Clinicians travel, and a country’s addresses are no boundary of its hospitals.',
  CKV_AWS_310:
    'The origin is a name whose answers fail over; a second origin would bypass the controllers.',
  CKV_AWS_305: 'The page’s root is served by the service, not by an object.',
  CKV2_AWS_32:
    'AWS’s managed security headers policy is attached; the check looks for a policy of one’s own.',
  CKV2_AWS_47:
    'The rule group for known bad inputs, which has Log4j’s, is in the firewall; the check does not follow its reference.',
  CKV2_AWS_57:
    'An empty container whose content people put in; its rotation is the identity provider’s.',
  CKV2_AWS_10:
    'The trail is kept where nobody can shorten it; alarms look at metrics and logs, not at the trail.',
  CKV2_AWS_38:
    'A wrong or forgotten DS record at the registrar is an outage of every name; see the comment in stacks/zone.ts.',
};
