// What things cost, as estimates for planning: list prices of 2026 without discounts or taxes, in USD, of the dearest region used in Europe.

export interface Price {
  readonly usd: number;
  readonly per:
    'hour' | 'month' | 'GB-month' | 'GB' | 'million' | 'vCPU-hour' | 'GB-hour' | 'GB-second';
  /** The public page to compare it with before money depends on it. */
  readonly source: string;
}

/** When this table was written down; prices of clouds change a few times a year. */
export const pricesAsOf = '2026-11';

const ec2 = 'https://aws.amazon.com/ec2/pricing/on-demand/';
const spot = 'https://aws.amazon.com/ec2/spot/pricing/';
const ebs = 'https://aws.amazon.com/ebs/pricing/';
const vpc = 'https://aws.amazon.com/vpc/pricing/';
const elb = 'https://aws.amazon.com/elasticloadbalancing/pricing/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const fargate = 'https://aws.amazon.com/fargate/pricing/';
const route53 = 'https://aws.amazon.com/route53/pricing/';
const s3 = 'https://aws.amazon.com/s3/pricing/';
const compute = 'https://cloud.google.com/compute/vm-instance-pricing';
const cloudNetwork = 'https://cloud.google.com/vpc/network-pricing';
const azureMachines = 'https://azure.microsoft.com/pricing/details/virtual-machines/linux/';
const azureNetwork = 'https://azure.microsoft.com/pricing/details/virtual-network/';

const hourly = (usd: number, source: string): Price => ({ usd, per: 'hour', source });
const monthly = (usd: number, source: string): Price => ({ usd, per: 'month', source });

/** By the clouds' own names for sizes. A size that is missing is shown as not counted. */
export const machinePrices: Readonly<Record<string, Price>> = {
  'c7i.xlarge': hourly(0.2121, ec2),
  'c7i.2xlarge': hourly(0.4242, ec2),
  'c7g.xlarge': hourly(0.1717, ec2),
  't4g.small': hourly(0.0188, ec2),
  't4g.medium': hourly(0.0376, ec2),
  'c3-standard-4': hourly(0.2215, compute),
  'c3-standard-8': hourly(0.443, compute),
  'e2-small': hourly(0.0184, compute),
  Standard_F4s_v2: hourly(0.206, azureMachines),
  Standard_F8s_v2: hourly(0.412, azureMachines),
  Standard_B1ms: hourly(0.0238, azureMachines),
};

export const prices = {
  /** gp3, pd-balanced and premium SSD cost about the same. */
  disk: { usd: 0.11, per: 'GB-month', source: ebs },
  awsAddress: hourly(0.005, vpc),
  awsNat: hourly(0.05, vpc),
  awsEndpoint: hourly(0.011, vpc),
  awsBalancer: hourly(0.0265, elb),
  awsKey: monthly(1, 'https://aws.amazon.com/kms/pricing/'),
  awsFirewall: monthly(5, 'https://aws.amazon.com/waf/pricing/'),
  awsFirewallRule: monthly(1, 'https://aws.amazon.com/waf/pricing/'),
  awsAlarm: monthly(0.1, 'https://aws.amazon.com/cloudwatch/pricing/'),
  gcpAddress: hourly(0.005, cloudNetwork),
  gcpNat: hourly(0.0014, 'https://cloud.google.com/nat/pricing'),
  gcpBalancer: hourly(0.028, cloudNetwork),
  azureAddress: hourly(0.005, azureNetwork),
  azureNat: hourly(0.045, azureNetwork),
  azureBalancer: hourly(0.025, 'https://azure.microsoft.com/pricing/details/load-balancer/'),
  azureEndpoint: hourly(0.01, azureNetwork),
  zone: monthly(0.5, route53),
  /** HTTPS every 10 s with latency, of an address that is on AWS. */
  healthCheckOnAws: monthly(0.5 + 3 * 1, route53),
  healthCheckElsewhere: monthly(0.75 + 3 * 2, route53),
  healthCheckCalculated: monthly(0.5, route53),
  machineClient: monthly(6, 'https://aws.amazon.com/cognito/pricing/'),
  fargateCpu: { usd: 0.0389, per: 'vCPU-hour', source: fargate },
  fargateMemory: { usd: 0.00424, per: 'GB-hour', source: fargate },
  warmFunction: { usd: 0.000_003_333_4, per: 'GB-second', source: lambda },
  runningFunction: { usd: 0.000_013_333_4, per: 'GB-second', source: lambda },
  functionCall: { usd: 0.2, per: 'million', source: lambda },
  apiCall: {
    usd: 1.17,
    per: 'million',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
  },
  stateTransition: {
    usd: 25,
    per: 'million',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  gpuSpot: hourly(0.5, spot),
  storage: { usd: 0.024, per: 'GB-month', source: s3 },
  egress: { usd: 0.09, per: 'GB', source: ec2 },
  natTraffic: { usd: 0.05, per: 'GB', source: vpc },
  sparkCpu: {
    usd: 0.052_6,
    per: 'vCPU-hour',
    source: 'https://aws.amazon.com/emr/pricing/',
  },
} as const satisfies Readonly<Record<string, Price>>;

export const hoursPerMonth = 730;
