// cert-manager's own answer to an ACME server, as its program acmesolver gives it, whose module isn't on the Go proxy.
package main

import (
	"flag"

	"github.com/cert-manager/cert-manager/pkg/issuer/acme/http/solver"
	"k8s.io/klog/v2"
)

func main() {
	var answer solver.HTTP01Solver
	flag.IntVar(&answer.ListenPort, "listen-port", 8089, "port to listen on")
	flag.StringVar(&answer.Domain, "domain", "", "host that is asked for")
	flag.StringVar(&answer.Token, "token", "", "token of the challenge")
	flag.StringVar(&answer.Key, "key", "", "what to answer")
	flag.Parse()
	klog.Fatal(answer.Listen(klog.Background()))
}
