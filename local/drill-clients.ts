// The clinics of a drill: each uploads twice a second, come what may, and keeps what it saw.
import { encodePng } from '../models/imaging/encode.ts';
import { drawChest } from '../models/phantoms/chest.ts';
import type { AddressPolicy, ZoneClient } from './zone-client.ts';

const uploadEveryMs = 500;
/** Drawing one takes a third of a second. */
const phantomCount = 4;

/** One upload as its clinic saw it; `sentAtMs` is on the wall clock, to be laid beside the journals. */
export interface UploadSample {
  readonly sentAtMs: number;
  readonly tookMs: number;
  readonly ok: boolean;
  readonly region: string | null;
  readonly failedAddresses: readonly string[];
  readonly error: string | null;
}

export interface DrillClient {
  readonly policy: AddressPolicy;
  readonly samples: readonly UploadSample[];
  /** Stops sending and waits for what is on its way. */
  stop(): Promise<void>;
}

export interface PhantomUpload {
  readonly contentType: string;
  readonly body: Uint8Array;
}

export const drawUploads = (): Promise<readonly PhantomUpload[]> =>
  Promise.all(Array.from({ length: phantomCount }, (_, seed) => phantomUpload(seed)));

async function phantomUpload(seed: number): Promise<PhantomUpload> {
  const png = await encodePng(drawChest(seed, { finding: seed % 2 === 0 }));
  const form = new FormData();
  form.set('model', 'chest-pneumonia');
  form.set('image', new Blob([Uint8Array.from(png)], { type: 'image/png' }), 'phantom.png');
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get('content-type') ?? '',
    body: new Uint8Array(await encoded.arrayBuffer()),
  };
}

/** An open loop: a slow answer does not delay the next upload, as a queue of patients does not wait for a server. */
export function startDrillClient(
  client: ZoneClient,
  policy: AddressPolicy,
  uploads: readonly PhantomUpload[],
): DrillClient {
  const samples: UploadSample[] = [];
  const pending = new Set<Promise<UploadSample>>();
  let sent = 0;
  const timer = setInterval(() => {
    const upload = uploads[sent % uploads.length];
    sent += 1;
    if (upload === undefined) return;
    const run = send(client, upload);
    pending.add(run);
    void run.then((sample) => {
      pending.delete(run);
      return samples.push(sample);
    });
  }, uploadEveryMs);
  return {
    policy,
    samples,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
    },
  };
}

async function send(
  client: ZoneClient,
  { contentType, body }: PhantomUpload,
): Promise<UploadSample> {
  const sentAtMs = Date.now();
  const beganMs = performance.now();
  const outcome = await client
    .send({
      method: 'POST',
      path: '/v1/studies',
      // Each upload is to be read anew: a stored answer would hide a region that cannot read.
      headers: { 'content-type': contentType, 'cache-control': 'no-store' },
      body,
    })
    .then(
      ({ status, headers, failedAddresses }) => ({
        ok: status === 200,
        region: String(headers['x-evenkeel-region'] ?? ''),
        failedAddresses,
        error: status === 200 ? null : `status ${status}`,
      }),
      (error: unknown) => ({
        ok: false,
        region: null,
        failedAddresses: [],
        error: error instanceof Error ? error.message : String(error),
      }),
    );
  return { sentAtMs, tookMs: Math.round(performance.now() - beganMs), ...outcome };
}
