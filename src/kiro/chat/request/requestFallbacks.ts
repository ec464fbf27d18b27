import type { KiroError } from '../../../base/errors';

/** How a request is sent differently after the service rejected it as it was. */
export interface RequestFallbacks {
  /** The efforts with which the fields of effort and thinking are left out; '' is none in particular. */
  withoutModelFields: readonly string[];
  /** Without the reasoning of earlier replies. */
  withoutReasoning: boolean;
  /** The tools whose schemas are sent without anything that not every model takes. */
  plainSchemas: 'all' | readonly string[];
  /** The tools that are not sent, because the service takes them in no form. */
  withoutTools: readonly string[];
}
export const noFallbacks: RequestFallbacks = {
  withoutModelFields: [],
  withoutReasoning: false,
  plainSchemas: [],
  withoutTools: [],
};

export interface SentTool {
  /** As a person knows it. */
  name: string;
  /** As the service knows it. */
  wireName: string;
}

/**
 * The fallbacks to try after an error response that names what it is about, each of them once; none for other errors.
 * `tools` are those that were sent, in their order. A 400 that says nothing is put down to them once.
 */
export function fallbacksAfter(
  error: KiroError,
  fallbacks: RequestFallbacks,
  { effort = '', tools }: { effort?: string | undefined; tools: readonly SentTool[] },
): RequestFallbacks | undefined {
  const { withoutModelFields } = fallbacks;
  switch (error.reason) {
    case 'INVALID_MODEL_FIELDS':
      return withoutModelFields.includes(effort)
        ? undefined
        : { ...fallbacks, withoutModelFields: [...withoutModelFields, effort] };
    case 'THINKING_SIGNATURE_INVALID':
      return fallbacks.withoutReasoning ? undefined : { ...fallbacks, withoutReasoning: true };
    case 'TOOL_SCHEMA_INVALID':
      return withOtherTools(fallbacks, namedTool(error, tools));
    case 'REQUEST_BODY_INVALID':
    case undefined:
      return error.code === 'bad-request' && error.status === 400 && tools.length > 0
        ? withOtherTools(fallbacks, undefined)
        : undefined;
    default:
      return undefined;
  }
}

/** The tool that the service is not content with: by its place, or else by its name. */
function namedTool({ toolIndex, detail = '' }: KiroError, tools: readonly SentTool[]): string | undefined {
  if (toolIndex !== undefined) return tools[toolIndex]?.name;
  const words = new Set(detail.split(/[^\w-]+/));
  const [tool, ...others] = tools.filter(({ wireName }) => words.has(wireName));
  return others.length === 0 ? tool?.name : undefined;
}

// First that tool in plain, at the second one all of them; a tool that is plain already is left out.
function withOtherTools(fallbacks: RequestFallbacks, tool: string | undefined): RequestFallbacks | undefined {
  const { plainSchemas, withoutTools } = fallbacks;
  if (tool !== undefined && isSentPlain(tool, fallbacks)) {
    return withoutTools.includes(tool) ? undefined : { ...fallbacks, withoutTools: [...withoutTools, tool] };
  }
  if (plainSchemas === 'all') return undefined;
  return { ...fallbacks, plainSchemas: tool !== undefined && plainSchemas.length === 0 ? [tool] : 'all' };
}

/** Whether a tool's schema is sent without anything that not every model takes. */
export function isSentPlain(tool: string, { plainSchemas }: RequestFallbacks): boolean {
  return plainSchemas === 'all' || plainSchemas.includes(tool);
}
