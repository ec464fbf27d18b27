/** Everything the service checks before a model sees a chat request. */
import type { SimulatedAccount } from './account';
import { checkAttachments } from './attachmentRules';
import type { ChatBody } from './chatBody';
import { checkCachePoints, checkConversation, checkReasoning } from './conversationRules';
import type { Limits } from './limits';
import { whyNotAllowed } from './modelFields';
import type { ReasoningLedger } from './reasoningLedger';
import type { Received } from './received';
import { regionOfProfile, serviceAt } from './services';
import { checkShape } from './shapeRules';
import { checkToolPairing, checkTools } from './toolRules';
import { type Violation, violation } from './violations';

/** The rules this request breaks, the one that the service would answer first. */
export function checkChat(
  request: Received,
  account: SimulatedAccount,
  ledger: ReasoningLedger,
  limits: Limits,
): Violation[] {
  const headers = checkHeaders(request);
  if (request.body === undefined) return [...headers, violation('invalid-json', '', 'not JSON')];
  const shape = checkShape(request.body);
  // The other rules read the body as the model types it.
  if (shape.length) return [...headers, ...shape];
  const body = request.body as ChatBody;
  return [
    ...headers,
    ...checkProfile(request, body, account),
    ...checkConversation(body, limits),
    ...checkTools(body, limits),
    ...checkToolPairing(body, limits),
    ...checkModel(body, account, limits),
    ...checkReasoning(body, ledger),
  ];
}

function checkHeaders({ headers }: Received): Violation[] {
  const found: Violation[] = [];
  const contentType = headers['content-type'] ?? '';
  if (contentType.split(';')[0]?.trim() !== 'application/json') {
    found.push(violation('content-type', 'content-type', contentType || 'none'));
  }
  const optOut = headers['x-amzn-codewhisperer-optout'];
  if (optOut !== undefined && optOut !== 'true' && optOut !== 'false') {
    found.push(violation('opt-out-header', 'x-amzn-codewhisperer-optout', optOut));
  }
  return found;
}

function checkProfile(request: Received, { profileArn }: ChatBody, account: SimulatedAccount): Violation[] {
  const path = 'profileArn';
  if (account.method === 'api-key') {
    return profileArn === undefined
      ? []
      : [violation('profile-arn-with-api-key', path, 'a key knows its own profile')];
  }
  if (profileArn === undefined) {
    const optional = request.host.endsWith('.amazonaws.com') && account.method !== 'idc';
    return optional ? [] : [violation('profile-arn-required', path, 'required on this host')];
  }
  const region = regionOfProfile(profileArn);
  if (!region) return [violation('profile-arn-invalid', path, 'not a profile ARN')];
  const hostRegion = serviceAt(request.host)?.region;
  if (hostRegion && hostRegion !== region) {
    return [violation('profile-arn-invalid', path, `a profile of ${region} on a host of ${hostRegion}`)];
  }
  const own = [
    account.profileArn,
    ...(Array.isArray(account.profiles) ? account.profiles : []).map((p) => p.arn),
  ];
  return own.includes(profileArn)
    ? []
    : [violation('profile-arn-foreign', path, 'not a profile of this account')];
}

function checkModel(body: ChatBody, account: SimulatedAccount, limits: Limits): Violation[] {
  const modelId = body.conversationState.currentMessage.userInputMessage?.modelId;
  const model = account.models.find((candidate) => candidate.modelId === (modelId ?? 'auto'));
  if (!model) {
    const path = 'conversationState.currentMessage.userInputMessage.modelId';
    return [violation('unknown-model', path, modelId ?? 'none, and there is no auto')];
  }
  const caching = model.promptCaching;
  const maximum = caching?.supportsPromptCaching ? (caching.maximumCacheCheckpointsPerRequest ?? 0) : 0;
  const why =
    body.additionalModelRequestFields === undefined
      ? undefined
      : whyNotAllowed(body.additionalModelRequestFields, model.additionalModelRequestFieldsSchema);
  return [
    ...checkCachePoints(body, maximum),
    ...checkAttachments(body, model.supportedInputTypes ?? ['TEXT'], limits),
    ...(why === undefined ? [] : [violation('model-fields', 'additionalModelRequestFields', why)]),
  ];
}
