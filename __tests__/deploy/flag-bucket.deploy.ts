// Flags of a deployed fleet on the emulator of S3: raised and lowered with the SDK, seen by anybody. Skipped without the emulator.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bucketPole } from '../../cli/bucket-pole.ts';
import { flagText } from '../../fleet/flag.ts';
import { belgium, paris } from '../support/fleets.ts';
import { missingTool, startMoto } from '../support/moto/start-moto.ts';
import type { Moto } from '../support/moto/start-moto.ts';

const missing = missingTool();
if (missing !== null) console.warn(`The flag bucket is not tried: ${missing}.`);
const testOnS3 = missing === null ? test : test.skip;
const note = { reason: 'storm', actor: 'jane', raisedAt: 'now', until: 'later' };

let moto: Moto;
let pole: ReturnType<typeof bucketPole>;
beforeAll(async () => {
  if (missing !== null) return;
  moto = await startMoto();
  Object.assign(process.env, moto.env);
  const place = { name: 'flags', location: 'eu-west-1', endpoint: moto.endpoint };
  const s3 = new S3Client({
    region: place.location,
    endpoint: moto.endpoint,
    forcePathStyle: true,
  });
  await s3.send(
    new CreateBucketCommand({
      Bucket: place.name,
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    }),
  );
  s3.destroy();
  pole = bucketPole(place);
}, 90_000);
afterAll(async () => {
  if (missing !== null) return;
  pole.close();
  await moto.stop();
});

testOnS3(
  'a flag is put once, read with its note, and removed; removing it again harms nobody',
  async () => {
    expect(await pole.read(paris)).toBeNull();
    expect(await pole.put(paris, flagText(note))).toBe(true);
    expect(await pole.read(paris)).toEqual(note);
    expect(await pole.read(belgium)).toBeNull();
    expect(await pole.put(paris, flagText({ ...note, actor: 'joe' }))).toBe(false);
    expect(await pole.read(paris)).toEqual(note);
    await pole.remove(paris);
    expect(await pole.read(paris)).toBeNull();
    await pole.remove(paris);
  },
);
