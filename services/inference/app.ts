// The service as a Fastify app that does not listen: routes over the ports given, one header, one error format, one log line.
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../settings.ts';
import { replyToErrors } from './error-replies.ts';
import type { ModelStates } from './golden-checks.ts';
import type { Metrics } from './metrics.ts';
import type { InferencePool } from './pool/inference-pool.ts';
import type { StoredStudies } from './read-study.ts';
import { routeTable } from './route-table.ts';
import { healthRoutes } from './routes/health.ts';
import type { ResearchDesk } from '../learning/research-desk.ts';
import { feedbackRoutes } from './routes/feedback.ts';
import { inferRoutes } from './routes/infer.ts';
import { learningRoutes } from './routes/learning.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { modelRoutes } from './routes/models.ts';
import { openInferenceRoutes } from './routes/open-inference.ts';
import { studyRoutes } from './routes/studies.ts';
import { serverOptions } from './server-options.ts';
import type { ServerResources, ServerSettings } from './server-options.ts';
import { uploadIntake } from './upload-intake.ts';
import type { UploadIntake } from './upload-intake.ts';
import { formLimits } from './upload-form.ts';

export type AppSettings = ServerSettings &
  Pick<Settings, 'version' | 'uploadMiBMax' | 'uploadsMax' | 'storedHoursMax' | 'learningToken'>;

export interface AppDeps {
  readonly pool: InferencePool;
  readonly studies: StoredStudies;
  readonly states: ModelStates;
  readonly metrics: Metrics;
  readonly isDraining: () => boolean;
  /** Null where nothing is kept for research: then there are no routes for it either. */
  readonly research: ResearchDesk | null;
  /** The people's pages, each registered in a scope of its own. */
  readonly pages?: readonly ((app: FastifyInstance, intake: UploadIntake) => Promise<void>)[];
}

/** `connect` builds what the routes need, once there is a log to write to and an `onClose` to clean up in. */
export async function buildApp(
  settings: AppSettings,
  resources: ServerResources,
  connect: (app: FastifyInstance) => AppDeps | Promise<AppDeps>,
): Promise<FastifyInstance> {
  const app = fastify(serverOptions(settings, resources)) as FastifyInstance;
  const deps = await connect(app);
  const uploadBytesMax = settings.uploadMiBMax * 2 ** 20;
  const routes = routeTable(app);
  replyToErrors(app, { routes, retryAfterSeconds: () => deps.pool.retryAfterSeconds() });
  await app.register(helmet, securityHeaders);
  await app.register(multipart, { limits: { ...formLimits, fileSize: uploadBytesMax } });
  markReplies(app, settings.region, deps);
  const intake = uploadIntake({ fileBytesMax: uploadBytesMax, uploadsMax: settings.uploadsMax });
  const common = { ...deps, region: settings.region, version: settings.version };
  healthRoutes(app, common);
  openInferenceRoutes(app, common);
  inferRoutes(app, common);
  modelRoutes(app, common);
  metricsRoutes(app, common);
  studyRoutes(app, {
    ...common,
    intake,
    storedSecondsMax: settings.storedHoursMax * 3_600,
  });
  addResearch(app, deps.research, settings);
  for (const pages of deps.pages ?? []) await app.register((scope) => pages(scope, intake));
  await app.ready();
  return app;
}

function addResearch(
  app: FastifyInstance,
  research: ResearchDesk | null,
  { learningToken }: AppSettings,
): void {
  if (research === null) return;
  feedbackRoutes(app, { research });
  if (learningToken !== null) learningRoutes(app, { research, learningToken });
}

/** Nothing from elsewhere, nothing inline; `data:` pictures are overlays that are kept nowhere. No CORS: no other origin calls. */
const securityHeaders = {
  xFrameOptions: { action: 'deny' as const },
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
};

function markReplies(app: FastifyInstance, region: string, deps: AppDeps): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-evenkeel-region', region);
  });
  app.addHook('onSend', async (_request, reply) => {
    // So that keep-alive pools of balancers let go of us before the listener closes.
    if (deps.isDraining()) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    // The template, never the URL: that may name a study, or hold whatever a client put into it.
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const seconds = reply.elapsedTime / 1_000;
    deps.metrics.requestSeconds.observe({ method, route, status: String(status) }, seconds);
    request.log.info({ method, route, status, seconds }, 'answered');
  });
}
