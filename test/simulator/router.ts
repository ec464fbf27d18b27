/** From a request to the operation it means, and back to the answer. */
import type { ServerResponse } from 'node:http';
import { authenticate } from './bearer';
import type { ChatService } from './chatService';
import type { DeviceCodes } from './deviceCodes';
import { type IdentityProvider, identityOperation } from './identityProvider';
import type { TokenIssuer } from './issuer';
import { manage, managementOperation, unknownOperation } from './management';
import { callMcp, mcpOperation } from './mcp';
import { type OidcService, oidcOperation } from './oidc';
import type { Operation } from './operations';
import { sendReply } from './player';
import { isPortalSignIn, portalPage, portalSignIn } from './portal';
import type { Received } from './received';
import type { HttpReply } from './reply';
import type { ScriptedFailures } from './scriptedFailures';
import { type SocialService, socialOperation } from './social';
import { Gate } from './steps';

export interface RouterOptions {
  issuer: TokenIssuer;
  failures: ScriptedFailures;
  chat: ChatService;
  oidc: OidcService;
  social: SocialService;
  identity: IdentityProvider;
  codes: DeviceCodes;
  pageSize: () => number;
  portal: () => string;
}

/** What a request asks for: the operation, and how to do it. */
interface Call {
  operation: Operation;
  answer: () => HttpReply;
}

export class Router {
  constructor(private readonly options: RouterOptions) {}

  async handle(request: Received, response: ServerResponse): Promise<void> {
    const isChat = request.method === 'POST' && request.path === '/generateAssistantResponse';
    if (request.service === 'runtime' && isChat) return this.options.chat.handle(request, response);
    const page = request.service === 'portal' ? portalPage(request, this.options.codes) : undefined;
    if (page) {
      sendReply(page, response);
      return;
    }
    const call = this.#callOf(request);
    const failure = call && this.options.failures.take(call.operation);
    if (failure === 'stall') return;
    if (failure instanceof Gate) {
      failure.arrive();
      await failure.opened;
      if (!response.destroyed && call) sendReply(call.answer(), response);
    } else if (failure === 'break') response.destroy();
    else sendReply(failure ?? call?.answer() ?? unknownOperation(), response);
  }

  #callOf(request: Received): Call | undefined {
    const { issuer, oidc, social, identity, pageSize, portal } = this.options;
    switch (request.service) {
      case 'oidc': {
        const operation = oidcOperation(request);
        return operation && { operation, answer: () => oidc.handle(operation, request) };
      }
      case 'social': {
        const operation = socialOperation(request);
        return operation && { operation, answer: () => social.handle(operation, request) };
      }
      case 'portal': {
        if (isPortalSignIn(request)) {
          return { operation: 'portal-signin', answer: () => portalSignIn(request, portal()) };
        }
        const operation = identityOperation(request);
        return operation && { operation, answer: () => identity.handle(operation, request) };
      }
      default: {
        const tools = mcpOperation(request);
        if (tools) {
          const answer = () => {
            const who = authenticate(request, issuer);
            return 'refusal' in who ? who.refusal : callMcp(tools, request, who.account);
          };
          return { operation: tools, answer };
        }
        const operation = managementOperation(request);
        if (!operation) return undefined;
        const answer = () => {
          const who = authenticate(request, issuer);
          return 'refusal' in who ? who.refusal : manage(operation, request, who.account, pageSize());
        };
        return { operation, answer };
      }
    }
  }
}
