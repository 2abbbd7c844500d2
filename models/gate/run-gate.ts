// Runs the gate on a candidate of the registry: measures, judges, keeps the report and enters its hash into the history.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import { sha256 } from '../bundle/load-bundle.ts';
import { readTable } from '../data/manifest.ts';
import type { EngineId } from '../engine/engine.ts';
import { engineIds } from '../engine/engine.ts';
import { resolveEngine } from '../engine/resolve-engine.ts';
import type { SampleRequest } from '../evaluate/samples.ts';
import { selectSamples } from '../evaluate/samples.ts';
import type { Circumstances } from '../lifecycle/history.ts';
import { productionOf } from '../lifecycle/lifecycle.ts';
import { move, readHistory } from '../lifecycle/move.ts';
import type { ModelPlace } from '../lifecycle/serve-version.ts';
import { publishedBundle } from '../lifecycle/serve-version.ts';
import { openReader } from '../reader.ts';
import type { GateReport } from './gate-report.ts';
import { renderReport } from './gate-report.ts';
import type { Evidence } from './judge.ts';
import { judge } from './judge.ts';
import { readPair } from './read-pair.ts';

export interface GateRequest extends SampleRequest {
  readonly place: ModelPlace;
  readonly version: string;
  readonly engine: EngineId;
  readonly circumstances: Circumstances;
  readonly nowMs: () => number;
  readonly memoryRatio: (candidate: string, incumbent: string, engine: EngineId) => Promise<number>;
  readonly onRow: (done: number, total: number) => void;
}

export interface Gated {
  readonly report: GateReport;
  /** Where the report lies, as JSON; the same words as Markdown beside it. */
  readonly file: string;
}

const gateFolder = 'gates';

export async function runGate(request: GateRequest): Promise<Gated> {
  const { place, version, circumstances } = request;
  const { root, name } = place;
  const history = await readHistory(root, name);
  const candidate = await publishedBundle(place, version, history);
  const served = productionOf(history.life);
  const incumbent = served === null ? null : await publishedBundle(place, served, history);
  const report = judge(await evidenceOf(request, candidate, incumbent));
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const reportSha256 = sha256(new TextEncoder().encode(json));
  const folder = join(root, name, gateFolder);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${version}-${reportSha256.slice(0, 12)}.json`);
  await writeFile(file, json);
  await writeFile(file.replace(/json$/, 'md'), renderReport(report));
  const { verdict } = report;
  await move(
    place,
    { kind: 'gate', version, verdict, incumbent: served, reportSha256 },
    circumstances,
  );
  return { report, file };
}

async function evidenceOf(
  request: GateRequest,
  candidate: Bundle,
  incumbent: Bundle | null,
): Promise<Evidence> {
  const text = await readTable(request.manifest, 'manifest');
  const samples = selectSamples(candidate.manifest, text, request);
  // Of another task or not: it is measured on the rows that the candidate is measured on.
  const { task } = candidate.manifest;
  const engine = await resolveEngine(request.engine);
  const readers = {
    candidate: await openReader(candidate, engine),
    incumbent: incumbent === null ? null : await openReader(incumbent, engine),
  };
  try {
    const total = samples.labels.length;
    const onRow = (done: number) => request.onRow(done, total);
    const contenders = {
      candidate: { reader: readers.candidate, samples },
      incumbent:
        readers.incumbent === null
          ? null
          : {
              reader: readers.incumbent,
              samples: selectSamples({ ...readers.incumbent.manifest, task }, text, request),
            },
    };
    const pair = await readPair(contenders, { nowMs: request.nowMs, onRow });
    return {
      ...samples,
      setSha256: sha256(new TextEncoder().encode(text)),
      candidate: { manifest: candidate.manifest, answers: pair.candidate },
      incumbent:
        incumbent === null || pair.incumbent === null
          ? null
          : { manifest: incumbent.manifest, answers: pair.incumbent },
      golden: await Promise.all(engineIds.map((id) => goldenOn(candidate, id))),
      latencyRatio: pair.latencyRatio,
      memoryRatio:
        incumbent === null
          ? null
          : await request.memoryRatio(candidate.dir, incumbent.dir, request.engine),
    };
  } finally {
    await readers.candidate.close();
    await readers.incumbent?.close();
  }
}

/** A bundle that one of the engines cannot answer for would serve on some machines of the fleet and not on others. */
async function goldenOn(bundle: Bundle, id: EngineId): Promise<Evidence['golden'][number]> {
  try {
    const reader = await openReader(bundle, await resolveEngine(id));
    await reader.close();
    return { engine: id, refused: null };
  } catch (error) {
    if (!isInputError(error)) throw error;
    return { engine: id, refused: error.parts.found };
  }
}
