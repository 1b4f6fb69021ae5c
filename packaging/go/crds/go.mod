// Not built: these modules hold the CustomResourceDefinitions that validators/kubernetes/schemas/crds is made of.
module crds

go 1.24.0

require (
	github.com/bitnami/sealed-secrets v0.40.0
	github.com/cloudnative-pg/cloudnative-pg v1.30.1
	github.com/prometheus-operator/prometheus-operator v0.85.0
	sigs.k8s.io/gateway-api v1.4.1
)

// The module keeps its old name at its new home.
replace github.com/bitnami/sealed-secrets => github.com/bitnami-labs/sealed-secrets v0.40.0
