// Fastify's options: bounded bodies, strict validation, and a log that holds no word a client sent.
import { LogController } from 'fastify';
import type { FastifyServerOptions } from 'fastify';
import type { RequestListener } from 'node:http';
import type { Settings } from '../settings.ts';
import { clientErrorReply } from './client-errors.ts';
import { routerErrorReply } from './error-replies.ts';
import { hardenedServer } from './hardened-server.ts';
import type { ServerLimits, Tls } from './hardened-server.ts';

/** JSON bodies: a tensor of 1 x 3 x 224 x 224 numbers printed in full (20 characters each) has 3.0 MB. */
export const jsonBytesMax = 12 * 2 ** 20;
const parameterCharactersMax = 128;

export type ServerSettings = Pick<Settings, 'region' | 'logLevel'> & ServerLimits;

export interface ServerResources {
  readonly tls: Tls | null;
  /** Takes the log's lines; standard output when absent. */
  readonly logTo?: { write(line: string): void };
}

export function serverOptions(settings: ServerSettings, { tls, logTo }: ServerResources) {
  return {
    serverFactory: (handler: RequestListener) => hardenedServer(handler, settings, tls),
    clientErrorHandler: clientErrorReply(settings.region),
    frameworkErrors: routerErrorReply(settings.region),
    bodyLimit: jsonBytesMax,
    routerOptions: { maxParamLength: parameterCharactersMax },
    // While draining, requests are still answered: a balancer has not noticed yet.
    return503OnClosing: false,
    forceCloseConnections: 'idle' as const,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    // One line of our own per request: Fastify's has the URL, and a query string or a file name may name a patient.
    logController: new LogController({ disableRequestLogging: true }),
    logger: {
      level: settings.logLevel,
      base: { region: settings.region },
      serializers: { err: errorForLog, req: methodForLog },
      ...(logTo === undefined ? {} : { stream: logTo }),
    },
  } satisfies FastifyServerOptions;
}

/** Only these four: errors of libraries carry the upload, or parts of it, as further properties. */
function errorForLog(error: { name?: string; code?: unknown; message?: string; stack?: string }) {
  const { name = 'Error', code, message = '', stack = '' } = error;
  return { type: name, code: typeof code === 'string' ? code : '', message, stack };
}

const methodForLog = ({ method }: { readonly method: string }) => ({ method });
