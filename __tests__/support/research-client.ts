// A client of the test app with a lake: it sends phantoms with consent, says what it thinks of them, and looks into the lake.
import { decodeGrey } from '../../models/imaging/decode.ts';
import { encodePng, previewPng } from '../../models/imaging/encode.ts';
import type { GreyImage } from '../../models/imaging/grey-image.ts';
import { memoryObjectStore } from '../../services/adapters/memory-object-store.ts';
import type { ObjectStore } from '../../services/adapters/object-store.ts';
import type { StudyAnswer } from '../../services/studies.ts';
import { formRequest, imagePart, modelPart } from './form.ts';
import type { FormPart } from './form.ts';
import { imageManifest } from './manifests.ts';
import { testApp, testPool } from './test-app.ts';
import type { TestAppOptions } from './test-app.ts';

export const consentPart: FormPart = { name: 'consent', value: 'research' };

/** Ramps of grey: each number is another film. */
export function grey(number: number): GreyImage {
  const side = 80;
  const pixels = Uint8Array.from({ length: side * side }, (_, at) => (at * 3 + number * 7) % 256);
  return { width: side, height: side, pixels };
}

export const pngOf = (number: number): Promise<Uint8Array> => encodePng(grey(number));

/** Decodes as a worker would; reads the mean grey level as probability. */
async function readGrey(image: Uint8Array) {
  const { pixels } = await decodeGrey(image);
  const probability = pixels.reduce((sum, value) => sum + value, 0) / pixels.length / 255;
  const features = Float32Array.of(probability, 1 - probability, 0.5);
  return { logit: 0.25, probability, features, isFamiliar: true, heatmapPng: Uint8Array.of(1) };
}
const preview = (image: Uint8Array, sideMax = 1_024) => previewPng(image, sideMax);

const decodingPool = () => testPool({ read: (_model, image) => readGrey(image), preview });

/** The same model, were it one that grades: every film is KL 1, which is no finding. */
export function gradingPool() {
  const names = ['KL 0', 'KL 1', 'KL 2', 'KL 3', 'KL 4'];
  const grade = { name: 'KL 1', probabilities: names.map((name) => ({ name, probability: 0.2 })) };
  const pool = testPool({
    read: async (_model, image) => ({ ...(await readGrey(image)), probability: 0.1, grade }),
    preview,
  });
  const manifest = {
    ...imageManifest,
    outputs: { ...imageManifest.outputs, grades: 'grades' },
    grades: { names, cuts: [0, 0, 0, 0] },
  };
  const { readiness } = pool.current;
  pool.current = { ...pool.current, readiness: { ...readiness!, models: [manifest] } };
  return pool;
}

export async function researchClient({
  lake = memoryObjectStore(() => Date.now()),
  pool = decodingPool(),
  ...options
}: TestAppOptions = {}) {
  const made = await testApp({ ...options, lake, pool });
  const send = (image: Uint8Array, more: readonly FormPart[] = [], headers = {}) => {
    const form = formRequest([imagePart(image, 'jane-doe.png'), modelPart('chest-test'), ...more]);
    return made.app.inject({
      method: 'POST',
      url: '/v1/studies',
      ...form,
      headers: { ...form.headers, ...headers },
    });
  };
  const contribute = async (image: Uint8Array): Promise<StudyAnswer> =>
    (await send(image, [consentPart])).json<StudyAnswer>();
  const feedback = (study: string, payload: object, headers = {}) =>
    made.app.inject({ method: 'POST', url: `/v1/studies/${study}/feedback`, payload, headers });
  const withdraw = (token: string) =>
    made.app.inject({ method: 'POST', url: '/v1/withdrawals', payload: { token } });
  return { ...made, lake, send, contribute, feedback, withdraw };
}

/** Everything the lake holds: key to content. */
export async function contentsOf(lake: ObjectStore): Promise<ReadonlyMap<string, Buffer>> {
  const heads = await lake.list('', { max: 10_000 });
  const contents = heads.map(
    async ({ key }) => [key, Buffer.from((await lake.get(key))!)] as const,
  );
  return new Map(await Promise.all(contents));
}

export function keptOf({ research }: StudyAnswer) {
  if (research?.kept !== true) throw new Error(`not kept: ${JSON.stringify(research)}`);
  return research;
}

const refuse = () => Promise.reject(new Error('disk full'));

/** A lake that answers nothing. */
export const brokenLake: ObjectStore = {
  putIfAbsent: refuse,
  get: refuse,
  head: refuse,
  list: refuse,
  remove: refuse,
};
