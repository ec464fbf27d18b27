/** The bodies that this project sends, from the same logical requests through the serializer of AWS's own client. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { KiroError } from '../../src/base/errors';
import { anyBreakage } from '../fixtures/breakages';
import { anyRequest } from '../fixtures/conversations';
import { build, models } from '../fixtures/requestProperties';
import { checkShape } from '../simulator/shapeRules';
import { sentByOfficialClient } from './officialSerializer';

const folder = 'test/unit/kiro/golden';

describe('The official client', () => {
  for (const file of readdirSync(folder)) {
    it(`sends ${file} as this project does`, async () => {
      const ours: unknown = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      const sent = await sentByOfficialClient(ours);
      assert.deepEqual(JSON.parse(sent.body), ours);
      assert.deepEqual([sent.method, sent.path], ['POST', '/generateAssistantResponse']);
      assert.equal(sent.headers['content-type'], 'application/json');
    });
  }

  it('sends any request as this project does', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.constantFrom(...models), async (request, model) => {
        const ours = builtUnlessRefused(request, model);
        if (ours) assert.deepEqual(JSON.parse((await sentByOfficialClient(ours)).body), ours);
      }),
      { numRuns: 300 },
    );
  });

  it('would send no body of another shape than the simulator takes', async function () {
    this.timeout(60_000);
    let others = 0;
    await fc.assert(
      fc.asyncProperty(
        anyRequest,
        fc.constantFrom(...models),
        anyBreakage,
        async (request, model, breakage) => {
          const ours = builtUnlessRefused(request, model);
          if (!ours) return;
          const broken = JSON.parse(JSON.stringify(breakage(ours)));
          if (checkShape(broken).length > 0) return;
          others++;
          assert.deepEqual(JSON.parse((await sentByOfficialClient(broken)).body), broken);
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(others > 50, String(others));
  });
});

// An attachment that cannot be sent is refused before there is a request.
function builtUnlessRefused(...[request, model]: Parameters<typeof build>) {
  try {
    return build(request, model).body;
  } catch (error) {
    if (error instanceof KiroError && error.code === 'bad-request') return undefined;
    throw error;
  }
}
