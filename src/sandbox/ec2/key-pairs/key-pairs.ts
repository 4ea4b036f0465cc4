import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DescribeKeyPairsRequest,
  ImportKeyPairRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateKeyPair$,
  DeleteKeyPair$,
  DescribeKeyPairs$,
  ImportKeyPair$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { filtered } from "../../filters.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { tagsFor } from "../tags.ts";
import { opensshPublicKey, readPublicKey } from "./public-key.ts";
import { type KeyPairRecord, keyPairs } from "./tables.ts";

/** Amazon EC2 API Reference, ImportKeyPair: RSA keys of these lengths. */
const RSA_LENGTHS = [1024, 2048, 4096];

const importKeyPair = operation<ImportKeyPairRequest>(
  ImportKeyPair$,
  ["KeyName", "PublicKeyMaterial", "TagSpecifications"],
  (region, input) => {
    const name = freeName(region, input.KeyName);
    const tags = tagsFor(input.TagSpecifications, "key-pair");
    const given = Buffer.from(input.PublicKeyMaterial ?? []).toString("utf8");
    const key = readPublicKey(given);
    if (key === undefined) {
      throw new AwsError("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    }
    if (key.type === "rsa" && !RSA_LENGTHS.includes(key.bits)) {
      throw new AwsError("InvalidKey.Format", "Key length must be 1024, 2048 or 4096 bits");
    }
    const record = addKey(region, {
      id: region.id("key"),
      name,
      type: key.type,
      publicKey: key.text,
      fingerprint: importedFingerprint(key),
      createTime: region.now,
      tags,
    });
    return {
      KeyName: name,
      KeyPairId: record.id,
      KeyFingerprint: record.fingerprint,
      Tags: tagList(tags),
    };
  },
);

function importedFingerprint(key: { type: "rsa" | "ed25519"; blob: Buffer; der: Buffer }): string {
  // User Guide, "Verify the fingerprint of your key pair": MD5 of the DER form for an imported RSA
  // key, SHA-256 of the OpenSSH form for ED25519.
  if (key.type === "ed25519") return createHash("sha256").update(key.blob).digest("base64");
  return colons(createHash("md5").update(key.der).digest("hex"));
}

const createKeyPair = operation<CreateKeyPairRequest>(
  CreateKeyPair$,
  ["KeyName", "KeyType", "KeyFormat", "TagSpecifications"],
  (region, input) => {
    const name = freeName(region, input.KeyName);
    const tags = tagsFor(input.TagSpecifications, "key-pair");
    if ((input.KeyFormat ?? "pem") !== "pem") throw invalidValue("KeyFormat must be pem here.");
    if ((input.KeyType ?? "rsa") !== "rsa") throw invalidValue("KeyType must be rsa here.");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const material = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    // The User Guide: SHA-1 of the private key in DER form, for a key that AWS created.
    const der = createPrivateKey(material).export({ type: "pkcs8", format: "der" });
    const record = addKey(region, {
      id: region.id("key"),
      name,
      type: "rsa",
      publicKey: opensshPublicKey(createPublicKey(material)),
      fingerprint: colons(createHash("sha1").update(der).digest("hex")),
      createTime: region.now,
      tags,
    });
    return {
      KeyName: name,
      KeyPairId: record.id,
      KeyFingerprint: record.fingerprint,
      KeyMaterial: material,
      Tags: tagList(tags),
    };
  },
);

function colons(hex: string): string {
  return (hex.match(/../g) ?? []).join(":");
}

/** @throws AwsError for a name that is taken, or too long. */
function freeName(region: Region, name = ""): string {
  if (name.length < 1 || name.length > 255) {
    throw invalidValue("The key pair name must have 1 to 255 characters.");
  }
  if (region.table(keyPairs).latest(name) !== undefined) {
    throw new AwsError("InvalidKeyPair.Duplicate", "The keypair already exists");
  }
  return name;
}

function addKey(region: Region, record: KeyPairRecord): KeyPairRecord {
  return region.table(keyPairs).add(record.name, record);
}

const describeKeyPairs = operation<DescribeKeyPairsRequest>(
  DescribeKeyPairs$,
  ["KeyNames", "KeyPairIds", "Filters", "IncludePublicKey"],
  (region, input) => {
    const table = region.table(keyPairs);
    const all = table.list();
    const named = input.KeyNames?.map((name) => {
      const key = table.find(name);
      if (key === undefined) throw keyNotFound(`The key pair '${name}' does not exist`);
      return key;
    });
    const identified = input.KeyPairIds?.map((id) => {
      const key = all.find((candidate) => candidate.id === id);
      if (key === undefined) throw keyNotFound(`The key pair '${id}' does not exist`);
      return key;
    });
    const chosen =
      named === undefined && identified === undefined
        ? all
        : [...(named ?? []), ...(identified ?? [])];
    const matching = filtered(
      chosen,
      input.Filters,
      {
        "key-pair-id": (key) => key.id,
        "key-name": (key) => key.name,
        fingerprint: (key) => key.fingerprint,
      },
      (key) => key.tags,
    );
    return {
      KeyPairs: matching.map((key) => ({
        KeyPairId: key.id,
        KeyName: key.name,
        KeyType: key.type,
        KeyFingerprint: key.fingerprint,
        CreateTime: new Date(key.createTime),
        // EC2 writes the key's name as the OpenSSH comment.
        PublicKey: input.IncludePublicKey === true ? `${key.publicKey} ${key.name}` : undefined,
        Tags: tagList(key.tags),
      })),
    };
  },
);

function keyNotFound(message: string): AwsError {
  return new AwsError("InvalidKeyPair.NotFound", message);
}

const deleteKeyPair = operation<DeleteKeyPairRequest>(
  DeleteKeyPair$,
  ["KeyName", "KeyPairId"],
  (region, input) => {
    const table = region.table(keyPairs);
    if (input.KeyName === undefined && input.KeyPairId === undefined) {
      throw new AwsError(
        "MissingParameter",
        "The request must contain the parameter KeyName or KeyPairId",
      );
    }
    const key = table
      .all()
      .find((candidate) => candidate.id === input.KeyPairId || candidate.name === input.KeyName);
    // EC2 reports success for a key that does not exist.
    if (key === undefined) return { Return: true };
    table.remove(key.name);
    return { Return: true, KeyPairId: key.id };
  },
);

export const keyPairOperations = [importKeyPair, createKeyPair, describeKeyPairs, deleteKeyPair];
