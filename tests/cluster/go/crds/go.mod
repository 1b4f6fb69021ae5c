// Modules of which only the CustomResourceDefinitions are used: nothing is built from them.
module cluster/crds

go 1.26.0

require (
	github.com/cloudnative-pg/cloudnative-pg v1.30.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
