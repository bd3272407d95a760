"""The evidence rule as a reference implementation on bin counts only: whole windows in memory, nothing rounded.
core/evidence.h says what became of it; rates, hysteresis, segments, growing baselines are not here. `own` amends it
as it was published (own=False) in two ways, both of which core/evidence.h has too: wider is held against a window's own
mean, or a day that is far off in location passes for wider; and x rows against m tell as much as info(x) = x m/(x+m)
rows would against a baseline known exactly, so a CUSUM that has seen N rows since it was zero gains from the next n
info(N+n)-info(N), not info(n): the baseline's error is the same one each time.

Baseline per feature (and per seasonal slot): p[B] Jeffreys-smoothed reference probabilities, m reference count,
  s[B] standardised bin scores (reference mean of the bin -> mean 0, sd 1 under p)   location direction
  v[B] squared scores, centred, made orthogonal to s, sd 1                             spread direction
  phi_loc, phi_spr, phi_shape >= 1: over-dispersion of whole windows relative to multinomial sampling.
Components k (each a one-sided likelihood-ratio CUSUM, log scale, L_k = max(L_k,0) + log e_k):
  location tilts +-0.1 +-0.2 +-0.4 +-0.8; spread tilts the same;
  omnibus Dirichlet-multinomial Bayes factor on blocks of 1, 12 and 144 windows.
  every log e is multiplied by 1/(phi*(1+n/m)) (quasi-likelihood tempering).
Detector: log( sum_k w_k exp L_k ) >= log C  -> E[windows to a false alarm] >= C when the e_k are conditional e-values.
Gate: the effect over the active segment must also be material."""
import numpy as np
from scipy.special import gammaln, logsumexp
TILTS=np.array([-.8,-.4,-.2,-.1,.1,.2,.4,.8])
class Base:
    def __init__(s, ref_counts, xbar=None, ref_windows=None, kappas=(30.,300.), blocks=(1,12,144), own=False):
        s.own=own; s.c=np.asarray(ref_counts,float); s.m=s.c.sum(); B=len(s.c); s.B=B
        s.p=(s.c+.5)/(s.m+.5*B); x=np.arange(B,dtype=float) if xbar is None else np.asarray(xbar,float)
        s.s=x-(s.p*x).sum(); s.s/=np.sqrt((s.p*s.s**2).sum())
        v=s.s**2; v=v-(s.p*v).sum(); v=v-s.s*(s.p*v*s.s).sum(); d=np.sqrt((s.p*v*v).sum()); s.v=v/d if d>1e-9 else v*0
        s.sq=1/d if d>1e-9 else 0
        s.Ms=logsumexp(np.log(s.p)[None,:]+TILTS[:,None]*s.s,axis=1)
        s.Mv=logsumexp(np.log(s.p)[None,:]+TILTS[:,None]*s.v,axis=1)
        s.kap=kappas; s.blocks=blocks; s.phi=s.phi_mean=s.phis=s.phiv=1.
        if ref_windows is not None: s.calibrate(ref_windows)
    def calibrate(s,W,cap=None):
        W=np.asarray(W,float); n=W.sum(1); ok=n>0; W=W[ok]; n=n[ok]
        X=((W-n[:,None]*s.p)**2/(n[:,None]*s.p)).sum(1)
        s.phi_mean=max(1.,X.mean()/(s.B-1)); sc=X.var()/(2*X.mean()); s.phi=max(s.phi_mean,sc if sc>1.25 else 1.)
        s.phis=max(1.,np.mean((W@s.s)**2/n)); s.phiv=max(1.,np.mean((W@s.v-s.own*s.sq*(W@s.s)**2/n)**2/n))
    def info(s,x): return x*s.m/(x+s.m)
    def spans(s,W):
        """rows that an addition to a component rests on, and rows before them: a window's, for blocks at their end the
        block's"""
        n=np.asarray(W,float).sum(1); T=len(n); cum=np.concatenate([[0],np.cumsum(n)])
        now=np.repeat(n[:,None],16+len(s.blocks),1); before=np.repeat(cum[:-1,None],now.shape[1],1)
        for j,b in enumerate(s.blocks):
            for e in range(b,T+1,b): now[e-1,16+j]=cum[e]-cum[e-b]; before[e-1,16+j]=cum[e-b]
        return now,before
    def dm(s,W,g):
        Wt=W/(s.phi*g)[:,None]; nt=Wt.sum(1); ld=[]
        for k in s.kap:
            a=k*s.p; ld.append(gammaln(k)-gammaln(k+nt)+(gammaln(a+Wt)-gammaln(a)).sum(1)-(Wt*np.log(s.p)).sum(1))
        return logsumexp(np.array(ld),axis=0)-np.log(len(s.kap))
    def comps(s,W):
        """log e for every window and component, plus log weights. Omnibus blocks emit at block ends, 0 (no update)
        elsewhere."""
        W=np.atleast_2d(np.asarray(W,float)); T=len(W); n=W.sum(1); g=1+n/s.m
        ls=((W@s.s)[:,None]*TILTS-n[:,None]*s.Ms)/(s.phis*g)[:,None]
        wide=(W@s.v-s.own*s.sq*(W@s.s)**2/np.maximum(n,1))[:,None]
        lv=(np.where(TILTS>0,wide,(W@s.v)[:,None])*TILTS-n[:,None]*s.Mv)/(s.phiv*g)[:,None]
        lo=np.zeros((T,len(s.blocks)))
        for j,b in enumerate(s.blocks):
            k=T//b
            if k:
                Wb=W[:k*b].reshape(k,b,-1).sum(1); lo[np.arange(1,k+1)*b-1,j]=s.dm(Wb,1+Wb.sum(1)/s.m)
        L=np.concatenate([ls,lv,lo],1)
        lw=np.log(np.concatenate([np.full(8,1/24),np.full(8,1/24),np.full(len(s.blocks),1/3/len(s.blocks))]))
        return L,lw
    def psi(s,W,sm=.5):
        W=np.atleast_2d(np.asarray(W,float)); n=W.sum(1,keepdims=True); P=(W+sm)/(n+sm*s.B)
        return ((P-s.p)*np.log(P/s.p)).sum(1)
    def effect(s,seg):
        n=seg.sum(); q=seg/n; c=1/n+1/s.m
        d=(q@s.s); r=np.sqrt(max(0,(q*s.s**2).sum()-d*d)); tv=.5*np.abs(q-s.p).sum()
        tv0=.5*np.sqrt(2/np.pi*c*s.phi_mean)*np.sqrt(s.p*(1-s.p)).sum()
        return d, r, max(0,tv-tv0), s.psi(seg[None,:])[0]-(s.B-1)*c*s.phi_mean
def learn(W,xbar=None,blocks=(1,4,16,64,288),minb=7,own=False):
    """Base with over-dispersion by batch means: W = windows x bins of counts; blocks in windows, 288 = one day of
    five-minute windows; at least minb blocks of a length; each estimate is pushed to its upper 90 % bound (k over the
    10 % point of chi-square with k), the largest is taken."""
    from scipy.stats import chi2
    W=np.asarray(W,float); b=Base(W.sum(0),xbar,own=own); f=[1.,1.,1.]
    for k in blocks:
        K=len(W)//k
        if K<minb: continue
        q=Base(W.sum(0),xbar,W[:K*k].reshape(K,k,-1).sum(1),own=own); u=K/chi2.ppf(.1,K)
        f=[max(a,c*u) if c>1 else a for a,c in zip(f,(q.phis,q.phiv,q.phi))]
    b.phis,b.phiv,b.phi=f; return b
def run(b,W,logC,gate=True,gsh=.05,gr=1.1,gtv=.01,segw=12,reset=False):
    """alarm state per window; the effect is measured over the last `segw` windows (or fewer since start)"""
    W=np.asarray(W,float); LE,lw=b.comps(W); T=len(W); L=np.zeros(LE.shape[1]); al=np.zeros(T,bool); tot=np.empty(T)
    cs=np.vstack([np.zeros(b.B),np.cumsum(W,0)]); start=0
    now,before=b.spans(W); base=np.zeros(len(L)); alone=b.info(np.maximum(now,1))
    for t in range(T):
        if b.own:
            base=np.where(L<=0,before[t],base); N=before[t]-base
            LE[t]*=(b.info(N+now[t])-b.info(N))/alone[t]
        L=np.maximum(L,0)+LE[t]; x=L+lw; top=x.max(); z=top+np.log(np.exp(x-top).sum()); tot[t]=z
        if z<=0: start=t+1
        if z>=logC:
            ok=True
            if gate:
                a=max(start,t+1-segw); d,r,tv,_=b.effect(cs[t+1]-cs[min(a,t)])
                ok=abs(d)>=gsh or r>=gr or r<=1/gr or tv>=gtv
            al[t]=ok; L=np.minimum(L,2*logC)
    return al,tot
