import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildRequest } from '../../../src/kiro/chat/request/buildRequest';
import { serialize } from '../../../src/kiro/chat/request/serialize';
import { chatOfGolden, fallbacksOf, goldenRequests } from '../../fixtures/goldenRequests';
import { models, rulesBrokenBy } from '../../fixtures/requestProperties';
import { socialProfileArn } from '../../simulator/account';

const folder = 'test/unit/kiro/golden';
/** Set, the files are written anew before they are compared: read what changed. */
const isWriting = process.env['WRITE_GOLDEN'] === '1';

describe('the body of a request', () => {
  for (const golden of goldenRequests) {
    it(`is the one in ${golden.name}.json`, () => {
      const model = models.find(({ id }) => id === golden.model);
      assert.ok(model);
      const { body } = buildRequest(chatOfGolden(golden), model, {
        profileArn: socialProfileArn,
        origin: 'KIRO_CLI',
        fallbacks: fallbacksOf(golden),
        recall: golden.recall,
      });
      const text = serialize(body).toString();
      const file = `${folder}/${golden.name}.json`;
      if (isWriting) writeFileSync(file, `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
      // However the file is laid out, but with every member in its place.
      assert.equal(text, JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))));
      assert.deepEqual(rulesBrokenBy(JSON.parse(text)), []);
    });
  }

  it('has a file for each of these conversations, and no other', () => {
    assert.deepEqual(readdirSync(folder).sort(), goldenRequests.map(({ name }) => `${name}.json`).sort());
  });
});
