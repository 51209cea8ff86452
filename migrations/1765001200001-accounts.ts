import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens, sessions, local accounts, and sign-ins under way. */
export class Accounts1765001200001 implements MigrationInterface {
  readonly name = 'Accounts1765001200001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of upStatements) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) await queryRunner.query(`DROP TABLE "${table}"`);
  }
}

const tables = [
  'access_token',
  'session',
  'oidc_attempt',
  'password',
  'invitation',
  'sign_in_attempt',
  'device_login',
] as const;

const ofPrincipal = (table: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "FK_${table}_principal"
     FOREIGN KEY ("principal_id") REFERENCES "principal"("id") ON DELETE CASCADE ON UPDATE NO ACTION`;

const upStatements = [
  `CREATE TABLE "access_token" (
    "id" uuid NOT NULL,
    "principal_id" uuid NOT NULL,
    "name" text NOT NULL,
    "secret_digest" text NOT NULL,
    "earlier_digest" text,
    "earlier_until" TIMESTAMP WITH TIME ZONE,
    "permissions" text array NOT NULL,
    "project_ids" uuid array,
    "created_by" uuid NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMP WITH TIME ZONE,
    "revoked_at" TIMESTAMP WITH TIME ZONE,
    "last_used_on" date,
    CONSTRAINT "PK_access_token" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "IDX_access_token_principal" ON "access_token" ("principal_id")`,
  ofPrincipal('access_token'),
  `CREATE TABLE "session" (
    "id" uuid NOT NULL,
    "secret_digest" text NOT NULL,
    "principal_id" uuid NOT NULL,
    "way" text NOT NULL,
    "provider_session" text,
    "id_token" text,
    "address" text NOT NULL,
    "user_agent" text NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "ended_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_session" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "IDX_session_secret" ON "session" ("secret_digest")`,
  `CREATE INDEX "IDX_session_principal" ON "session" ("principal_id")`,
  `CREATE INDEX "IDX_session_provider_session" ON "session" ("provider_session") WHERE provider_session IS NOT NULL`,
  ofPrincipal('session'),
  `CREATE TABLE "oidc_attempt" (
    "browser_digest" text NOT NULL,
    "state" text NOT NULL,
    "nonce" text NOT NULL,
    "code_verifier" text NOT NULL,
    "return_to" text NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_oidc_attempt" PRIMARY KEY ("browser_digest")
  )`,
  `CREATE TABLE "password" (
    "principal_id" uuid NOT NULL,
    "hash" text NOT NULL,
    "changed_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    CONSTRAINT "PK_password" PRIMARY KEY ("principal_id")
  )`,
  ofPrincipal('password'),
  `CREATE TABLE "invitation" (
    "code_digest" text NOT NULL,
    "principal_id" uuid NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "used_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_invitation" PRIMARY KEY ("code_digest")
  )`,
  `CREATE INDEX "IDX_invitation_principal" ON "invitation" ("principal_id")`,
  ofPrincipal('invitation'),
  `CREATE TABLE "sign_in_attempt" (
    "key" text NOT NULL,
    "failures" integer NOT NULL,
    "last_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "next_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_sign_in_attempt" PRIMARY KEY ("key")
  )`,
  `CREATE TABLE "device_login" (
    "device_digest" text NOT NULL,
    "user_digest" text NOT NULL,
    "name" text NOT NULL,
    "address" text NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "principal_id" uuid,
    "refused_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "PK_device_login" PRIMARY KEY ("device_digest")
  )`,
  `CREATE UNIQUE INDEX "IDX_device_login_user_digest" ON "device_login" ("user_digest")`,
  ofPrincipal('device_login'),
];
