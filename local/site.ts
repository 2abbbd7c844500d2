// The files that the processes of one local fleet share: certificates, and the golden study that vantages upload.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { apiName } from '../fleet/records.ts';
import { productionBundle } from '../models/bundle/registry.ts';
import { readTrustedKeys } from '../models/bundle/trusted-keys.ts';
import { calibrated } from '../models/evaluate/calibrate.ts';
import { userInfo } from 'node:os';
import type { CredentialFiles } from '../failover/adapters/credentials.ts';
import type { Identity } from '../fleet/identity.ts';
import { createAuthority } from './authority.ts';
import { identityNameOf } from './identity-name.ts';

/** Its golden input stands for the service's own work: most uploads are chest films. */
const goldenModel = 'chest-pneumonia';

interface GoldenStudy {
  readonly model: string;
  readonly imageFile: string;
  readonly label: string;
  readonly probability: number;
}

export interface Site {
  readonly directory: string;
  readonly caPem: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly golden: GoldenStudy;
  /** Of each vantage, by its id. */
  readonly vantages: Readonly<Record<string, CredentialFiles>>;
  /** Of whoever starts the fleet. */
  readonly operator: CredentialFiles;
}

export async function prepareSite(fleet: Fleet, directory: string): Promise<Site> {
  const api = apiName(fleet);
  const authority = await createAuthority(Date.now());
  const { certPem, keyPem } = await authority.issue([api, `*.${api}`]);
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  mkdirSync(join(directory, 'logs'), { recursive: true });
  mkdirSync(join(directory, 'identities'), { recursive: true });
  const caFile = file('ca.pem', authority.caPem);
  const identityFiles = async (identity: Identity): Promise<CredentialFiles> => {
    const issued = await authority.issueIdentity({
      zone: fleet.zone,
      identity,
      names: ['localhost'],
      addresses: ['127.0.0.1'],
    });
    const path = join('identities', identity.name);
    return {
      certFile: file(`${path}.cert.pem`, issued.certPem),
      keyFile: file(`${path}.key.pem`, issued.keyPem),
      authorityFile: caFile,
    };
  };
  const vantages = await Promise.all(
    fleet.vantages.map(
      async ({ id }) => [id, await identityFiles({ role: 'vantage', name: id })] as const,
    ),
  );
  const operator = { role: 'operator', name: identityNameOf(userInfo().username) } as const;
  return {
    directory,
    caPem: authority.caPem,
    caFile,
    vantages: Object.fromEntries(vantages),
    operator: await identityFiles(operator),
    certFile: file('cert.pem', certPem),
    keyFile: file('key.pem', keyPem),
    golden: await goldenStudy(directory),
  };
}

async function goldenStudy(directory: string): Promise<GoldenStudy> {
  const { dir, manifest } = await productionBundle(goldenModel, await readTrustedKeys());
  const golden = manifest.golden.find((g) => typeof g.input === 'string');
  if (golden === undefined || typeof golden.input !== 'string')
    throw new InputError('no-golden-input', {
      found: `The bundle of ${goldenModel} has no golden picture`,
      why: 'The vantages judge a region by a real reading of a picture whose answer is known',
      remedy: 'Publish the model again with its recipe, which draws one',
    });
  const imageFile = join(directory, 'golden.png');
  copyFileSync(join(dir, golden.input), imageFile);
  return {
    model: goldenModel,
    imageFile,
    label: manifest.label,
    probability: calibrated(manifest.calibration, golden.logit),
  };
}
